// A desk: a store, the actions on it, and the way to its session. Views get a desk and nothing else, so
// that the same views serve a page (a WebSocket) and a notebook (a widget's messages).
import { createActions } from "./actions.js";
import { createStore } from "./store.js";
import { BEGINNING, take } from "./state.js";

// `connect(handlers)` returns { send(message) }; handlers are onMessage, onOpen and onLost.
export function createDesk(connect) {
  const store = createStore(BEGINNING);
  let waiting = null;
  let marking = false;

  // No mark behind this: the frame with that mark would be shown, and so on without end.
  function shown() {
    line.send({ kind: "shown", frame: store.get().frame.frame });
  }

  const line = connect({
    onOpen() {
      store.set({ connection: "live" });
      mark(); // a new session has not heard of those before
    },
    onLost: () => store.set({ connection: "lost" }),
    onMessage(message) {
      store.set(take(store.get(), message));
      if (message.kind === "frame") {
        // A hidden page gets no animation frames: then nothing more is sent to it, until it is seen again.
        cancelAnimationFrame(waiting);
        waiting = requestAnimationFrame(shown);
      }
    },
  });

  function send(message) {
    line.send(message);
    mark();
  }

  // Behind whatever is asked at once goes a mark, and the frames hold it from when all that is done: who waits
  // for an answer waits for that, and never for some time.
  function mark() {
    if (marking) return;
    marking = true;
    store.set({ asked: store.get().asked + 1 });
    queueMicrotask(() => {
      marking = false;
      line.send({ kind: "mark", mark: store.get().asked });
    });
  }
  return { store, actions: createActions(store, send) };
}
