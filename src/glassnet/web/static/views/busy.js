// Says that something asked for is not done yet, where that takes longer than a moment.
import { html, useEffect, useState } from "../html.js";
import { isSettled } from "../state.js";
import { useStore } from "../store.js";

const A_MOMENT = 500; // [ms]

export function Busy({ desk }) {
  const first = useStore(desk.store, ({ frame }) => frame?.mark === -1);
  const settled = useStore(desk.store, isSettled);
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (settled) return setLong(false);
    const timer = setTimeout(() => setLong(true), A_MOMENT);
    return () => clearTimeout(timer);
  }, [settled]);
  return html`<p class=${long ? "busy" : "hidden"} role="status">${!long ? "" : first ? "The very first time, glassnet compiles itself: some seconds …" : "Working …"}</p>`;
}
