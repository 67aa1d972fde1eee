// Elements from plain values. Text is always text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

/** Return an HTML element; `on...` attributes are listeners. */
export function html(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Return an SVG element. */
export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Return the element of the page with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Show an element with new children, or hide it when there are none. */
export function show(element, ...children) {
  element.replaceChildren(...children);
  element.hidden = children.length === 0;
}

/** Return a section with a heading. */
export function section(name, title, ...children) {
  const id = `${name}-title`;
  return html(
    "section",
    { class: name, "aria-labelledby": id },
    html("h3", { id }, title),
    ...children,
  );
}
