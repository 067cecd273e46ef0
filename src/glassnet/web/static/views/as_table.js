// The numbers of a picture as a table, for whoever cannot or does not want to see it; made only while it is open.
import { html, useState } from "../html.js";

// columns: their names; rows(): a list of lists of texts, the first of each names the row.
export function AsTable({ name, label, columns, rows }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="as-table" onToggle=${(event) => setOpen(event.currentTarget.open)}>
      <summary>${name}</summary>
      ${open &&
      html`<div class="scrolls" tabindex="0" role="group" aria-label=${label ?? name}>
        <table>
          <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
          <tbody>
            ${rows().map(([first, ...others]) => html`<tr><th scope="row">${first}</th>${others.map((text) => html`<td class="number">${text}</td>`)}</tr>`)}
          </tbody>
        </table>
      </div>`}
    </details>
  `;
}

// At most so many of a list, evenly spread, the first and the last among them.
export function thinned(list, most) {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, k) => list[Math.round((k * (list.length - 1)) / (most - 1))]);
}
