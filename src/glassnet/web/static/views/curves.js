// Loss and accuracy epoch by epoch, for the training data and the held-out ones.
import { html, useEffect, useRef } from "../html.js";
import { readable } from "../numbers.js";
import { useStore } from "../store.js";
import uPlot from "../vendor/uplot.js";

export function Curves({ desk }) {
  const curves = useStore(desk.store, (state) => state.curves);
  const theme = useStore(desk.store, (state) => state.theme);
  const back = useStore(desk.store, ({ frame: { training } }) =>
    training.moment < training.n_moments - 1 ? training.epoch : null,
  );
  const hasAccuracy = curves?.learned.accuracies.some((share) => share !== null) ?? false;
  const empty = !curves || curves.learned.epochs.length === 0;
  return html`
    <section class="card curves" aria-labelledby="curves-title">
      <div class="title">
        <h2 id="curves-title">Learning</h2>
        <p class="small key"><span class="learned">learned from</span> ${curves?.held_out.epochs.length > 0 && html`<span class="held-out">held out</span>`}</p>
      </div>
      ${empty
        ? html`<p class="small">Train, and the error of every epoch is drawn here.</p>`
        : html`<div class="charts">
            <${Chart} key=${`loss ${theme}`} title="error" curves=${curves} back=${back} column="losses" />
            ${hasAccuracy && html`<${Chart} key=${`right ${theme}`} title="share right" curves=${curves} back=${back} column="accuracies" />`}
          </div>`}
    </section>
  `;
}

// `back` is the epoch that one has gone back to, if any: a line stands there.
function Chart({ title, curves, back, column }) {
  const place = useRef(null);
  const chart = useRef(null);
  const marked = useRef(null);
  marked.current = back;
  const data = aligned(curves, column);

  useEffect(() => {
    const colour = (name) => resolved(place.current, name);
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, size: 34, font: "11px system-ui" };
    chart.current = new uPlot(
      {
        width: place.current.clientWidth, height: 130, legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false }, y: { range: (_, low, high) => (column === "accuracies" ? [0, 1.02] : [0, Math.max(high * 1.05, 1e-12)]) } },
        hooks: { draw: [(plot) => marked.current !== null && drawLine(plot, marked.current, colour("--ink"))] },
        axes: [{ ...axis, size: 24 }, { ...axis, size: 46, values: (_, values) => values.map((value) => readable(value, 2)) }],
        series: [{}, { stroke: colour("--learned"), width: 2, points: { show: false } }, { stroke: colour("--held-out"), width: 2, dash: [6, 3], points: { show: false }, spanGaps: true }],
      },
      data,
      place.current,
    );
    const observer = new ResizeObserver(() => chart.current.setSize({ width: place.current.clientWidth, height: 130 }));
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      chart.current.destroy();
    };
  }, []);
  useEffect(() => chart.current.setData(data), [curves, back]);

  const last = curves.learned[column].at(-1);
  return html`
    <figure>
      <figcaption class="small">${title}</figcaption>
      <div ref=${place} role="img" aria-label=${`${title}, epoch by epoch; the last is ${readable(last)}`} />
    </figure>
  `;
}

function drawLine(plot, epoch, colour) {
  const x = Math.round(plot.valToPos(epoch, "x", true));
  plot.ctx.fillStyle = colour;
  plot.ctx.fillRect(x, plot.bbox.top, Math.max(1, devicePixelRatio), plot.bbox.height);
}

// A colour as a canvas wants it: light or dark already chosen.
function resolved(element, name) {
  const before = element.style.color;
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = before;
  return color;
}

// Both curves over the epochs of either.
function aligned({ learned, held_out: heldOut }, column) {
  const epochs = [...new Set([...learned.epochs, ...heldOut.epochs])].sort((a, b) => a - b);
  const spread = (curve) => {
    const by = new Map(curve.epochs.map((epoch, k) => [epoch, curve[column][k]]));
    return epochs.map((epoch) => by.get(epoch) ?? undefined);
  };
  return [epochs, spread(learned), spread(heldOut)];
}
