// Everything a page can ask of its session, by name. Views call these and never write a message themselves.
import { noticed } from "./state.js";
import { isChapter } from "./chapters.js";

export function createActions(store, send) {
  const ask = (kind, fields = {}) => send({ kind, ...fields });
  let painting = 0;
  return {
    open: (experiment) => ask("open", { experiment }),
    paint(values) {
      store.set({ draft: values });
      painting ||= requestAnimationFrame(() => {
        painting = 0;
        const { draft } = store.get();
        if (draft) ask("inputs", { values: draft });
      });
    },
    example(example) {
      store.set({ draft: null });
      ask("example", { example });
    },
    look(values) {
      store.set({ draft: null });
      ask("inputs", { values });
    },
    truth: (category) => ask("truth", { category }),
    select: (what, place = {}) => ask("select", { what, ...place }),
    over: (whose) => ask("over", { whose }),
    setWeight: (place, value) => ask("set_weight", { ...place, value }),
    play: () => ask("play"),
    pause: () => ask("pause"),
    step: () => ask("step"),
    epoch: () => ask("epoch"),
    speed: (steps) => ask("speed", { steps }),
    reset: (seed) => ask("reset", { seed }),
    scrub: (moment) => ask("scrub", { moment }),
    pin: () => ask("pin"),
    unpin: (pin) => ask("unpin", { pin }),
    stopAt: (conditions) => ask("stop_at", conditions),
    change: (fields) => ask("change", fields),
    check: () => ask("check"),
    show(inside) {
      store.set({ inside });
      ask("show", { inside });
    },
    // What concerns only this view of the session.
    // The chapter of the story, from 1; null closes the story. What is no chapter is ignored.
    chapter(chapter) {
      if (isChapter(chapter)) store.set({ chapter, told: store.get().told + 1 });
    },
    light: (lit) => store.set({ lit }),
    highlight: (highlight) => store.set({ highlight }),
    dismiss: (id) => store.set({ notices: store.get().notices.filter((notice) => notice.id !== id) }),
    warn: (text) => store.set(noticed(store.get(), "error", text)),
    theme: (theme) => store.set({ theme }),
  };
}
