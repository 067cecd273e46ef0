// One store: a plain object, replaced as a whole, and a hook that redraws a view when its part changes.
import { useLayoutEffect, useReducer, useRef } from "./html.js";

export function createStore(initial) {
  let state = initial;
  const listeners = new Set();
  return {
    get: () => state,
    set(part) {
      state = { ...state, ...part };
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStore(store, select) {
  const [, redraw] = useReducer((n) => n + 1, 0);
  const value = select(store.get());
  const latest = useRef(null);
  latest.current = { value, select };
  useLayoutEffect(
    () =>
      store.subscribe(() => {
        const { value: shown, select: choose } = latest.current;
        if (!Object.is(choose(store.get()), shown)) redraw();
      }),
    [store],
  );
  return value;
}
