// The name, what is open, and light or dark.
import { html } from "../html.js";
import { useStore } from "../store.js";
import { OpenFile } from "./doors.js";
import { Share } from "./share.js";
import { counted } from "../numbers.js";
import { StoryButton } from "./story.js";

const NEXT = { auto: "light", light: "dark", dark: "auto" };
const SIGN = { auto: "◐", light: "☀", dark: "☾" };

export function Header({ desk }) {
  const { store, actions } = desk;
  const welcome = useStore(store, (state) => state.welcome);
  const structure = useStore(store, (state) => state.structure);
  const theme = useStore(store, (state) => state.theme);
  return html`
    <header class="header">
      <h1><span class="mark" aria-hidden="true"></span>glassnet</h1>
      ${welcome &&
      html`<label class="open">
        <span class="hidden">Experiment</span>
        <select value=${structure?.experiment} onChange=${(event) => actions.open(event.target.value)}>
          ${structure && !welcome.experiments.some(({ name }) => name === structure.experiment) && html`<option value=${structure.experiment}>${structure.title}</option>`}
          ${welcome.experiments.map(({ name, title }) => html`<option value=${name}>${title}</option>`)}
        </select>
      </label>`}
      <${StoryButton} desk=${desk} />
      ${structure && html`<button class="quiet" onClick=${() => actions.open(structure.experiment)}>Start over</button>`}
      ${structure && html`<${OpenFile} desk=${desk} /><${Share} desk=${desk} />`}
      ${structure && html`<p class="facts">${structure.name} · ${counted(structure.n_parameters, "weight")}${structure.biases ? " and biases" : ""}</p>`}
      <button class="quiet theme" onClick=${() => actions.theme(NEXT[theme])} aria-label=${`Colours: ${theme}. Change`}>
        <span aria-hidden="true">${SIGN[theme]}</span> <span class="word">${theme}</span>
      </button>
    </header>
  `;
}
