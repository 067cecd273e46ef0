// Zoom with buttons, Ctrl and the wheel, or a pinch; pan by dragging. The view is in shares of the picture.
import { useEffect, useState } from "../html.js";

const WHOLE = { x: 0, y: 0, scale: 1 };
const MOST = 8;

export function usePanZoom(stage) {
  const [view, setView] = useState(WHOLE);

  function by(factor, at = { x: 0.5, y: 0.5 }) {
    setView((old) => {
      const scale = Math.min(MOST, Math.max(1, old.scale * factor));
      return inside({
        scale,
        x: old.x + at.x * (1 / old.scale - 1 / scale),
        y: old.y + at.y * (1 / old.scale - 1 / scale),
      });
    });
  }

  useEffect(() => {
    const element = stage.current;
    const onWheel = (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the wheel alone scrolls the page
      event.preventDefault();
      by(Math.exp(-event.deltaY / 200), share(event, element));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  const fingers = new Map();
  function onPointerDown(event) {
    const element = stage.current;
    fingers.set(event.pointerId, event);
    const onMove = (moved) => {
      const before = fingers.get(moved.pointerId);
      if (!before) return;
      const box = element.getBoundingClientRect();
      if (fingers.size === 2) {
        const [other] = [...fingers.values()].filter((finger) => finger.pointerId !== moved.pointerId);
        by(distance(moved, other) / distance(before, other), share(moved, element));
      } else {
        const right = (moved.clientX - before.clientX) / box.width;
        const down = (moved.clientY - before.clientY) / box.height;
        setView((old) => inside({ ...old, x: old.x - right / old.scale, y: old.y - down / old.scale }));
      }
      fingers.set(moved.pointerId, moved);
    };
    const onUp = (up) => {
      fingers.delete(up.pointerId);
      if (fingers.size) return;
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointercancel", onUp);
    };
    if (fingers.size === 1) {
      window.addEventListener("pointermove", onMove);
      window.addEventListener("pointerup", onUp);
      window.addEventListener("pointercancel", onUp);
    }
  }

  return { view, by, reset: () => setView(WHOLE), isWhole: view.scale === 1, onPointerDown };
}

function inside(view) {
  const most = 1 - 1 / view.scale;
  return { ...view, x: Math.min(most, Math.max(0, view.x)), y: Math.min(most, Math.max(0, view.y)) };
}

function share(event, element) {
  const box = element.getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

function distance(a, b) {
  return Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
}
