// The address of the page holds the experiment: what it says is made anew, and what is done is written there.
import { linkOf, readLink } from "./link.js";

const SCENE = 300; // so long a chapter may take to ask for its scene [ms]
const PATIENCE = 400; // between two changes of the address, which browsers count [ms]

export function keepInAddress({ store, actions }) {
  let written = "";
  let timer = null;
  let sessions = 0; // each new one is told what the address says
  let waiting = false;

  function follow() {
    const text = location.hash.slice(1);
    if (!text) return;
    const { steps, page, ignored } = readLink(text);
    const { chapter, ...part } = page;
    store.set(part);
    if (ignored.length) actions.warn(`The link says what this page does not know: ${ignored.join(", ").slice(0, 80)}. That was left out.`);
    const shown = steps.find((step) => step.kind === "show");
    if (shown && ["values", "fields"].includes(shown.inside)) store.set({ inside: shown.inside });
    if (steps.length) {
      waiting = true;
      if (chapter === undefined) actions.restore(steps);
      else afterItsScene(chapter, () => actions.restore(steps));
    } else if (chapter !== undefined) actions.chapter?.(chapter);
  }

  // A chapter sets its scene once its view stands there; what the link says more exactly comes after that.
  function afterItsScene(chapter, go) {
    const stop = store.subscribe(begin);
    begin();
    function begin() {
      if (!store.get().frame) return;
      stop();
      actions.chapter?.(chapter);
      setTimeout(go, SCENE);
    }
  }

  function write() {
    timer = null;
    const state = store.get();
    if (waiting || state.connection !== "live" || !state.structure || !state.frame || state.coming) return;
    const text = linkOf(state);
    if (text === written) return;
    written = text;
    history.replaceState(null, "", `${location.pathname}#${text}`);
  }

  let restored = 0;
  store.subscribe(() => {
    const state = store.get();
    if (state.restored !== restored) {
      restored = state.restored;
      waiting = false;
    }
    if (state.sessions !== sessions) {
      sessions = state.sessions;
      follow();
    }
    timer ??= setTimeout(write, PATIENCE);
  });
  window.addEventListener("hashchange", () => location.hash.slice(1) !== written && follow());
}
