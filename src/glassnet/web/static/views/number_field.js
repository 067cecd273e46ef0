// A field for a number. What is being typed stays, however often the page is drawn anew meanwhile; it is handed on
// when the person is done with it, and what is no such number is put back.
import { html, useState } from "../html.js";

export function NumberField({ value, low, high, step = "1", whole = false, emptyIs, onGive }) {
  const [typed, setTyped] = useState(null);
  function take({ target }) {
    setTyped(null);
    const given = whole ? Math.trunc(Number(target.value)) : Number(target.value);
    if (target.value === "" && !target.validity.badInput) {
      if (emptyIs !== undefined) onGive(emptyIs);
      else target.value = value;
    } else if ((whole || target.validity.valid) && given >= low && !(given > high)) onGive(given);
    else target.value = value;
  }
  return html`<input
    type="number" min=${low} max=${high} step=${step} value=${typed ?? value}
    onInput=${({ target }) => setTyped(target.value)} onChange=${take}
  />`;
}
