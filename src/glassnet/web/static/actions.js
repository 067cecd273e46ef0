// Everything a page can ask of its session, by name. Views call these and never write a message themselves.
import { kindOf, packed, sizeOf } from "./parcels.js";
import { noticed } from "./state.js";
import { isChapter, setScene } from "./chapters.js";

export function createActions(store, send) {
  const ask = (kind, fields = {}) => send({ kind, ...fields });
  const warn = (text) => store.set(noticed(store.get(), "error", text));
  let painting = 0;

  function hand(kind, name, files) {
    const most = store.get().welcome.largest_parcel - 100 * files.length - 10_000; // the label needs room as well
    const size = sizeOf(files);
    if (size > most) warn(`${name}: ${megabytes(size)}, expected at most ${megabytes(most)}.`);
    else send(packed(kind, name, files));
  }

  const actions = {
    open: (experiment) => ask("open", { experiment }),
    paint(values) {
      store.set({ draft: values, webcam: false });
      painting ||= requestAnimationFrame(() => {
        painting = 0;
        const { draft } = store.get();
        if (draft) ask("inputs", { values: draft });
      });
    },
    example(example) {
      store.set({ draft: null, webcam: false });
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
    examine: () => ask("examine"),
    snap: () => ask("snap"),
    cut: (wires) => ask("cut", { wires }),
    reveal: (layer, neurons) => ask("reveal", { layer, neurons }),
    reread: (fields) => ask("reread", fields),
    // What the session itself proposed, as its messages.
    follow: (steps) => steps.forEach(({ kind, ...fields }) => ask(kind, fields)),
    show(inside) {
      store.set({ inside });
      ask("show", { inside });
    },
    restore: (steps) => ask("restore", { steps }),
    takeUp: (kept) => ask("take_up", kept),
    download: () => ask("download"),
    freeze: () => ask("freeze"),
    // One file of the computer: a picture for the camera, data, or a model.
    give(file) {
      const kind = kindOf(file);
      if (!kind) return warn(`${file.name}: not a picture, a table (.csv, .npz) or a model (.safetensors).`);
      if (kind === "picture") store.set({ webcam: false });
      return hand(kind, file.name, [{ name: file.name, content: file }]);
    },
    giveFolder: (name, files) =>
      files.length
        ? hand("folder", name, files)
        : warn(`${name}: no pictures in sub-folders; expected a folder with one sub-folder of pictures for each category.`),
    webcamSees(rows, columns, bytes) {
      send(packed("webcam", "webcam", [{ name: "webcam", content: new Blob([bytes]) }], { rows, columns }));
    },
    // What concerns only this view of the session.
    // The chapter of the story, from 1; null closes the story. What is no chapter is ignored.
    chapter(chapter) {
      if (!isChapter(chapter)) return;
      if (chapter !== null) setScene(chapter, actions);
      store.set({ chapter, scene: store.get().asked });
    },
    why: (finding) => store.set({ why: { finding } }),
    light: (lit) => store.set({ lit }),
    highlight: (highlight) => store.set({ highlight }),
    dismiss: (id) => store.set({ notices: store.get().notices.filter((notice) => notice.id !== id) }),
    warn,
    theme: (theme) => store.set({ theme }),
    hide: (hidden) => store.set({ hidden }),
    webcam: (webcam) => store.set({ webcam }),
  };
  return actions;
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
