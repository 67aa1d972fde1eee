// What keys, wheel, mouse and fingers do to a picture.

import { LEFT } from "./scales.js";

/**
 * Listen on a drawing.
 *
 * @param {SVGElement} drawing The drawing.
 * @param {object} actions zoom(factor, column), move(columns), step(turn), all, fit,
 *   point(column or null), and state (view and scale).
 */
export function gestures(drawing, actions) {
  keys(drawing, actions);
  wheel(drawing, actions);
  pointers(drawing, actions);
}

function wide({ state }) {
  return state.view[1] - state.view[0];
}

function keys(drawing, actions) {
  const does = {
    "+": () => actions.zoom(1.6),
    "=": () => actions.zoom(1.6),
    "-": () => actions.zoom(1 / 1.6),
    _: () => actions.zoom(1 / 1.6),
    ArrowLeft: () => actions.move(-0.1 * wide(actions)),
    ArrowRight: () => actions.move(0.1 * wide(actions)),
    PageUp: () => actions.move(-0.9 * wide(actions)),
    PageDown: () => actions.move(0.9 * wide(actions)),
    n: () => actions.step(1),
    p: () => actions.step(-1),
    0: actions.all,
    Home: actions.fit,
    Escape: () => actions.point(null),
  };
  drawing.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const work = does[event.key] ?? does[event.key.toLowerCase()];
    if (!work) return;
    event.preventDefault();
    work();
  });
}

/** Return the x of an event within the drawing. */
function within(drawing, event) {
  return event.clientX - drawing.getBoundingClientRect().left;
}

// The page scrolls over a picture that has not been clicked.
function wheel(drawing, actions) {
  drawing.addEventListener(
    "wheel",
    (event) => {
      const wanted = event.ctrlKey || event.metaKey || document.activeElement === drawing;
      if (!wanted || !actions.state.scale) return;
      event.preventDefault();
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        actions.move(event.deltaX / actions.state.scale.each);
        return;
      }
      const factor = Math.exp(-Math.max(-120, Math.min(event.deltaY, 120)) * 0.003);
      actions.zoom(factor, actions.state.scale.column(within(drawing, event)));
    },
    { passive: false },
  );
}

function pointers(drawing, actions) {
  const held = new Map();
  const spread = () => {
    const xs = [...held.values()];
    return { middle: (xs[0] + xs[1]) / 2, apart: Math.max(Math.abs(xs[0] - xs[1]), 20) };
  };
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, within(drawing, event));
    drawing.setPointerCapture(event.pointerId);
  });
  drawing.addEventListener("pointermove", (event) => {
    const { scale } = actions.state;
    if (!scale) return;
    const x = within(drawing, event);
    if (!held.has(event.pointerId)) {
      actions.point(x < LEFT ? null : Math.floor(scale.column(x)));
      return;
    }
    if (held.size === 2) {
      const before = spread();
      held.set(event.pointerId, x);
      const after = spread();
      actions.zoom(after.apart / before.apart, scale.column(after.middle));
      return;
    }
    actions.move((held.get(event.pointerId) - x) / scale.each);
    held.set(event.pointerId, x);
  });
  const release = (event) => {
    const x = held.get(event.pointerId);
    held.delete(event.pointerId);
    if (event.type === "pointerup" && x !== undefined && actions.state.scale)
      actions.point(Math.floor(actions.state.scale.column(x)));
  };
  drawing.addEventListener("pointerup", release);
  drawing.addEventListener("pointercancel", release);
  drawing.addEventListener("pointerleave", (event) => {
    if (!held.has(event.pointerId) && document.activeElement !== drawing) actions.point(null);
  });
}
