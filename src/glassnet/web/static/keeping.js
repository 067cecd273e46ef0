// The address of the page holds the experiment: what it says is made anew, and what is done is written there.
import { CHAPTERS, isChapter } from "./chapters.js";
import { linkOf, readLink } from "./link.js";

const PATIENCE = 400; // between two changes of the address, which browsers count [ms]

export function keepInAddress({ store, actions }) {
  let written = "";
  let writtenAt = -Infinity;
  let timer = null;
  let sessions = 0; // each new one is told what the address says
  let followed = 0; // the mark of the last link: before the frame that holds it, the page is not what the link says

  function follow() {
    const text = location.hash.slice(1);
    if (!text) return;
    const { steps, page, ignored } = readLink(text);
    const { chapter, ...part } = page;
    store.set(part);
    if (ignored.length) actions.warn(`The link says what this page does not know: ${ignored.join(", ").slice(0, 80)}. That was left out.`);
    const shown = steps.find((step) => step.kind === "show");
    if (shown && ["values", "fields"].includes(shown.inside)) store.set({ inside: shown.inside });
    // A chapter sets its scene; what the link says more exactly comes after that.
    if (chapter !== undefined) actions.chapter(chapter);
    const further = behindScene(steps, chapter);
    if (further.length) actions.restore(further);
    followed = store.get().asked;
  }

  function write() {
    clearTimeout(timer);
    timer = null;
    const state = store.get();
    if (state.connection !== "live" || !state.structure || !state.frame || state.coming || state.frame.mark < followed) return;
    const text = linkOf(state);
    if (text === written) return;
    written = text;
    writtenAt = performance.now();
    history.replaceState(null, "", `${location.pathname}#${text}`);
  }

  store.subscribe(() => {
    const state = store.get();
    if (state.sessions !== sessions) {
      sessions = state.sessions;
      follow();
      if (state.lost) {
        store.set({ lost: null });
        actions.takeUp(state.lost);
        followed = store.get().asked;
      }
    }
    timer ??= setTimeout(write, Math.max(0, writtenAt + PATIENCE - performance.now()));
  });
  window.addEventListener("beforeunload", write); // so that a reload never brings an older moment back
  window.addEventListener("hashchange", () => location.hash.slice(1) !== written && follow());
}

// What a link asks for beyond the scene of its chapter: opened anew, the scene's own weights would be lost.
function behindScene(steps, chapter) {
  const [first, ...others] = steps;
  const opens = isChapter(chapter) && chapter !== null ? CHAPTERS[chapter - 1].scene.open : null;
  return first?.kind === "open" && first.experiment === opens ? others : steps;
}
