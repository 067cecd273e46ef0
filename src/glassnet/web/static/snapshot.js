// The page of a snapshot: the same views on a state that stands still. It opens from a file, without a server.
import { createDesk } from "./desk.js";
import { html, render } from "./html.js";
import { frozen } from "./frozen.js";
import { Workshop } from "./views/workshop.js";

const held = JSON.parse(document.getElementById("state").textContent);
const desk = createDesk(frozen(held));
render(html`<${Workshop} desk=${desk} />`, document.getElementById("page"));
