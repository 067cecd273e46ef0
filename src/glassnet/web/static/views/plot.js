// A small curve with a point on it, its tangent, and where a step would lead.
import { html, useRef } from "../html.js";
import { readable } from "../numbers.js";
import { AsTable, thinned } from "./as_table.js";

const WIDTH = 300;
const HEIGHT = 138;
const ROWS = 13; // of its table
const EDGE = { left: 44, right: 10, top: 18, bottom: 26 };

// curve: [[x, y], ...]; point: [x, y]; next: [x, y] or nothing; onDrag(x): the point can be dragged.
export function Plot({ label, curve, point, slope, next, x, y, onDrag }) {
  const svg = useRef(null);
  const xs = curve.map(([a]) => a);
  const ys = curve.map(([, b]) => b).filter((b) => b !== null);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  let [low, high] = [Math.min(...ys, point[1] ?? ys[0]), Math.max(...ys, point[1] ?? ys[0])];
  if (high - low < 1e-12) [low, high] = [low - 0.5, high + 0.5];
  const px = (a) => EDGE.left + ((a - left) / (right - left)) * (WIDTH - EDGE.left - EDGE.right);
  const py = (b) => HEIGHT - EDGE.bottom - ((b - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const path = curve.filter(([, b]) => b !== null).map(([a, b], k) => `${k ? "L" : "M"}${px(a).toFixed(1)} ${py(b).toFixed(1)}`);
  const line = [left, right].map((a) => [px(a), py(point[1] + slope * (a - point[0]))]);

  function drag(event) {
    if (!onDrag || !event.buttons) return;
    const box = svg.current.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    const share = (at - EDGE.left) / (WIDTH - EDGE.left - EDGE.right);
    onDrag(left + Math.min(1, Math.max(0, share)) * (right - left));
  }

  return html`
    <svg
      class=${`plot ${onDrag ? "draggable" : ""}`} ref=${svg} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${label}
      onPointerDown=${(event) => {
        if (!onDrag) return;
        svg.current.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove=${drag}
    >
      <path class="axis" d=${`M${EDGE.left} ${EDGE.top}V${HEIGHT - EDGE.bottom}H${WIDTH - EDGE.right}`} />
      <text x=${EDGE.left - 5} y=${EDGE.top + 8} text-anchor="end">${readable(high, 2)}</text>
      <text x=${EDGE.left - 5} y=${HEIGHT - EDGE.bottom} text-anchor="end">${readable(low, 2)}</text>
      <text x=${EDGE.left} y=${HEIGHT - 10}>${readable(left, 2)}</text>
      <text x=${WIDTH - EDGE.right} y=${HEIGHT - 10} text-anchor="end">${readable(right, 2)}</text>
      <text x=${(WIDTH + EDGE.left) / 2} y=${HEIGHT - 10} text-anchor="middle" class="title">${x}</text>
      <text x=${EDGE.left} y=${EDGE.top - 7} class="title">${y}</text>
      <svg x="0" y="0" width=${WIDTH} height=${HEIGHT - EDGE.bottom + 4} viewBox=${`0 0 ${WIDTH} ${HEIGHT - EDGE.bottom + 4}`}>
        <path class="curve" d=${path.join("")} />
        ${point[1] !== null && html`<path class="tangent" d=${`M${line[0]}L${line[1]}`} />`}
        ${next && next[1] !== null && html`<path class="step" d=${`M${px(point[0])} ${py(point[1])}L${px(next[0])} ${py(next[1])}`} />
          <circle class="next" cx=${px(next[0])} cy=${py(next[1])} r="4" />`}
        ${point[1] !== null && html`<circle class="point" cx=${px(point[0])} cy=${py(point[1])} r="5.5" />`}
      </svg>
    </svg>
    <${AsTable} name=${`The ${y} over the ${x}, as a table`} columns=${[x, y]} rows=${() => thinned(curve, ROWS).map((pair) => pair.map((value) => readable(value, 4)))} />
  `;
}
