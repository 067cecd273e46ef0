// The page: a desk over a WebSocket, and all views laid out on the whole window.
import { createDesk } from "./desk.js";
import { html, render } from "./html.js";
import { keepInAddress } from "./keeping.js";
import { isSettled } from "./state.js";
import { overSocket } from "./socket.js";
import { Workshop } from "./views/workshop.js";

const THEME = "glassnet theme";

// The token has become a cookie: it need not stay in the address, where it could be copied by accident.
history.replaceState(null, "", location.pathname + location.hash);

const desk = createDesk(overSocket(`ws://${location.host}/live`));
desk.store.set({ theme: localStorage.getItem(THEME) ?? "auto" });
desk.store.subscribe(() => localStorage.setItem(THEME, desk.store.get().theme));
// Whoever drives the page from outside can see when everything that was asked is done.
desk.store.subscribe(() => (document.documentElement.dataset.settled = isSettled(desk.store.get())));
keepInAddress(desk);
render(html`<${Workshop} desk=${desk} />`, document.getElementById("page"));
