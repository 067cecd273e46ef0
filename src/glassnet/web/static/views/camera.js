// The camera: its pixels, painted by click, drag, keys or a slider each; for a table, a slider for each input.
import { html, useEffect, useRef, useState } from "../html.js";
import { readable } from "../numbers.js";
import { grey, inkOn, pictureAddress, pictureOf, pixelName } from "../pixels.js";
import { useStore } from "../store.js";
import { Sources } from "./sources.js";
import { Truth } from "./truth.js";

const MOST_BUTTONS = 16; // with more pixels each would be too small to be pressed
const MOST_SLIDERS = 24;
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export function Camera({ desk }) {
  const { store, actions } = desk;
  const shape = useStore(store, (state) => state.structure.shape);
  const names = useStore(store, (state) => state.structure.inputs);
  const columns = useStore(store, (state) => state.structure.columns); // of a table
  const inputs = useStore(store, (state) => state.draft ?? state.frame.inputs);

  // Several pixels may be painted between two frames: always paint on what was painted last.
  function paint(changes) {
    const { draft, frame } = store.get();
    const values = [...(draft ?? frame.inputs)];
    for (const [pixel, value] of changes) values[pixel] = Math.min(1, Math.max(-1, value));
    actions.paint(values);
  }
  const all = (change) => paint(inputs.map((value, k) => [k, change(value)]));

  return html`
    <section class="card camera" aria-labelledby="camera-title">
      <div class="title">
        <h2 id="camera-title">${shape ? "Camera" : "Inputs"}</h2>
        ${shape &&
        html`<div class="tools">
          <button class="quiet" onClick=${() => all(() => (shape[0] * shape[1] > MOST_BUTTONS ? -1 : 0))}>Clear</button>
          <button class="quiet" onClick=${() => all((value) => -value)}>Negative</button>
        </div>`}
      </div>
      ${shape &&
      (inputs.length <= MOST_BUTTONS
        ? html`<${PixelButtons} shape=${shape} inputs=${inputs} paint=${paint} />`
        : html`<${PixelCanvas} shape=${shape} inputs=${inputs} paint=${paint} />`)}
      ${columns && html`<${Row} store=${store} columns=${columns} inputs=${inputs} paint=${paint} />`}
      ${!columns && (!shape || inputs.length <= MOST_BUTTONS) &&
      html`<${Sliders} shape=${shape} names=${names} inputs=${inputs} paint=${paint} />`}
      ${shape && html`<${Sources} desk=${desk} shape=${shape} />`}
      <${Truth} desk=${desk} />
    </section>
  `;
}

function PixelButtons({ shape, inputs, paint }) {
  const brush = useRef(null);
  const grid = useRef(null);
  const press = (pixel) => (inputs[pixel] > 0 ? -1 : 1);

  useEffect(() => {
    const lift = () => (brush.current = null);
    window.addEventListener("pointerup", lift);
    window.addEventListener("pointercancel", lift);
    return () => {
      window.removeEventListener("pointerup", lift);
      window.removeEventListener("pointercancel", lift);
    };
  }, []);

  function pixelAt(event) {
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-pixel]");
    return grid.current.contains(under) ? Number(under.dataset.pixel) : null;
  }

  function onKeyDown(event) {
    const pixel = Number(event.target.dataset.pixel);
    const step = { "+": 0.1, "-": -0.1 }[event.key];
    if (step) paint([[pixel, Math.round((inputs[pixel] + step) * 10) / 10]]);
    else if (MOVES[event.key]) {
      const [down, right] = MOVES[event.key];
      const row = Math.min(shape[0] - 1, Math.max(0, Math.floor(pixel / shape[1]) + down));
      const column = Math.min(shape[1] - 1, Math.max(0, (pixel % shape[1]) + right));
      grid.current.querySelector(`[data-pixel="${row * shape[1] + column}"]`).focus();
    } else if (event.key === " " || event.key === "Enter") paint([[pixel, press(pixel)]]);
    else return;
    event.preventDefault();
  }

  return html`
    <div
      class="pixels" ref=${grid} role="group" aria-label="Pixels: click or drag to paint"
      style=${{ gridTemplateColumns: `repeat(${shape[1]}, 1fr)`, aspectRatio: `${shape[1]} / ${shape[0]}` }}
      onPointerDown=${(event) => {
        const pixel = pixelAt(event);
        if (pixel === null) return;
        // A finger stays with the pixel that it touched first, unless it is let go.
        if (event.target.hasPointerCapture(event.pointerId)) event.target.releasePointerCapture(event.pointerId);
        brush.current = press(pixel);
        paint([[pixel, brush.current]]);
      }}
      onPointerMove=${(event) => {
        const pixel = brush.current === null ? null : pixelAt(event);
        if (pixel !== null && inputs[pixel] !== brush.current) paint([[pixel, brush.current]]);
      }}
      onKeyDown=${onKeyDown}
    >
      ${inputs.map(
        (value, pixel) => html`<button
          data-pixel=${pixel} style=${{ background: grey(value), color: inkOn(value) }}
          aria-label=${`Pixel ${pixelName(pixel, shape)}: ${readable(value)}`}
        ><span aria-hidden="true">${readable(value, 2)}</span></button>`,
      )}
    </div>
  `;
}

function PixelCanvas({ shape, inputs, paint }) {
  const [erasing, setErasing] = useState(false);
  const [cursor, setCursor] = useState(null);
  const drawing = useRef(false);
  const at = (row, column) => row * shape[1] + column;

  function stroke(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * shape[1] - 0.5;
    const y = ((event.clientY - box.top) / box.height) * shape[0] - 0.5;
    dab(y, x);
  }

  // A soft brush: the nearer a pixel, the more ink it takes; ink never goes away but by erasing.
  function dab(y, x) {
    const radius = Math.max(1, Math.min(...shape) / 12);
    const changes = [];
    for (let row = Math.floor(y - radius); row <= y + radius + 1; row++) {
      for (let column = Math.floor(x - radius); column <= x + radius + 1; column++) {
        if (row < 0 || column < 0 || row >= shape[0] || column >= shape[1]) continue;
        const ink = Math.min(1, Math.max(0, radius + 0.4 - Math.hypot(row - y, column - x)));
        const now = inputs[at(row, column)];
        if (ink > 0) changes.push([at(row, column), erasing ? Math.min(now, 1 - 2 * ink) : Math.max(now, 2 * ink - 1)]);
      }
    }
    paint(changes);
  }

  function onKeyDown(event) {
    const [row, column] = cursor ?? [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)];
    if (MOVES[event.key]) {
      const [down, right] = MOVES[event.key];
      setCursor([
        Math.min(shape[0] - 1, Math.max(0, row + down)), Math.min(shape[1] - 1, Math.max(0, column + right)),
      ]);
    } else if (event.key === " " || event.key === "Enter") {
      paint([[at(row, column), inputs[at(row, column)] > 0 ? -1 : 1]]);
      setCursor([row, column]);
    } else return;
    event.preventDefault();
  }

  return html`
    <div
      class="canvas" tabindex="0" role="application" onKeyDown=${onKeyDown} onBlur=${() => setCursor(null)}
      aria-label=${`Camera of ${shape[0]} by ${shape[1]} pixels. Drag to paint; arrow keys move, space paints.` +
      (cursor ? ` Now at ${pixelName(at(...cursor), shape)}: ${readable(inputs[at(...cursor)])}` : "")}
      style=${{ aspectRatio: `${shape[1]} / ${shape[0]}` }}
      onPointerDown=${(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drawing.current = true;
        stroke(event);
      }}
      onPointerMove=${(event) => drawing.current && stroke(event)}
      onPointerUp=${() => (drawing.current = false)}
      onPointerCancel=${() => (drawing.current = false)}
    >
      <img src=${pictureAddress(pictureOf(inputs, shape))} alt="" draggable=${false} />
      ${cursor &&
      html`<span class="cursor" style=${{
        left: `${(cursor[1] / shape[1]) * 100}%`, top: `${(cursor[0] / shape[0]) * 100}%`,
        width: `${100 / shape[1]}%`, height: `${100 / shape[0]}%`,
      }} />`}
    </div>
    <label class="check"><input
      type="checkbox" checked=${erasing} onChange=${(event) => setErasing(event.target.checked)}
    /> Erase</label>
  `;
}

function Sliders({ shape, names, inputs, paint }) {
  const columns = shape && shape[1] <= 2 ? shape[1] : 1;
  return html`
    <div class="sliders" style=${{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
      ${inputs.slice(0, MOST_SLIDERS).map(
        (value, k) => html`<${Slider} name=${shape ? pixelName(k, shape) : names[k]} own=${!shape && readable(value)} value=${value} onValue=${(given) => paint([[k, given]])} />`,
      )}
      ${inputs.length > MOST_SLIDERS && html`<p class="small">${inputs.length - MOST_SLIDERS} more inputs are not shown.</p>`}
    </div>
  `;
}

function Slider({ name, own, value, onValue }) {
  return html`<label>
    <span>${name}</span>${own !== false && html` <span class="own">${own}</span>`}
    <input type="range" min="-1" max="1" step=${own === false ? 0.05 : 0.01} value=${value} onInput=${(event) => onValue(Number(event.target.value))} />
  </label>`;
}

// The row of a table: a number has a slider, and its value in its own unit beside it; a text is one of its values.
function Row({ store, columns, inputs, paint }) {
  const own = useStore(store, (state) => state.frame.own);
  return html`
    <div class="sliders">
      ${columns.slice(0, MOST_SLIDERS).map(({ name, first, values }, k) =>
        values
          ? html`<label><span>${name}</span>
              <select aria-label=${name} value=${own[k]} onChange=${(event) => paint(values.map((one, n) => [first + n, one === event.target.value ? 1 : 0]))}>
                ${own[k] === "" && html`<option value="">a mixture</option>`}
                ${values.map((one) => html`<option value=${one}>${one}</option>`)}
              </select></label>`
          : html`<${Slider} name=${name} own=${own[k].replace("-", "−")} value=${inputs[first]} onValue=${(given) => paint([[first, given]])} />`,
      )}
      ${columns.length > MOST_SLIDERS && html`<p class="small">${columns.length - MOST_SLIDERS} more columns are not shown.</p>`}
    </div>
  `;
}
