// A desk: a store, the actions on it, and the way to its session. Views get a desk and nothing else, so
// that the same views serve a page (a WebSocket) and a notebook (a widget's messages).
import { createActions } from "./actions.js";
import { createStore } from "./store.js";
import { BEGINNING, take } from "./state.js";

// `connect(handlers)` returns { send(message) }; handlers are onMessage, onOpen and onLost.
export function createDesk(connect) {
  const store = createStore(BEGINNING);
  let waiting = null;

  function shown() {
    send({ kind: "shown", frame: store.get().frame.frame });
  }

  const line = connect({
    onOpen: () => store.set({ connection: "live" }),
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
  }
  return { store, actions: createActions(store, send) };
}
