"""What tests ask of a page by script."""

VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
"""Keeps what violates the Content-Security-Policy."""
SMALLEST_TEXT = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility()) continue;
    sizes.push(parseFloat(getComputedStyle(parent).fontSize));
  }
  return Math.min(...sizes);
}"""
"""Size of the smallest text that is shown (px)."""
OUTSIDE = """() => [...document.querySelectorAll("main *")].filter((each) =>
  each.checkVisibility() && !each.closest(".scrolls, .unseen, svg")
  && each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""
"""What reaches beyond the window's right edge."""
WEAK = """() => {
  const canvas = document.createElement("canvas")
    .getContext("2d", { willReadFrequently: true });
  const parsed = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((each) => each / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, place) => sum + c * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parsed(getComputedStyle(each).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return parsed("white");
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest("noscript, script, .unseen, svg .exon-number")) continue;
    const style = getComputedStyle(parent);
    const colour = parsed(parent.closest("svg") ? style.fill : style.color);
    const [one, other] = [light(colour), light(behind(parent))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) weak.push([parent.outerHTML.slice(0, 90), ratio]);
  }
  return weak;
}"""
"""Text of too little contrast with what is behind it, WCAG 2's 4.5."""
DROP = """([text, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const target = document.getElementById("drop");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind,
      { bubbles: true, cancelable: true, dataTransfer: files }));
  }
}"""
"""Drops a file of a text and a name."""
LETTERS = """async ([profile, variant]) => {
  const columns = (await import("/static/columns.js")).of(profile, variant);
  const letters = [...Array(columns.width).keys()].map(columns.letters);
  const read = (name) => letters.map((each) => each[name] ?? "").join("");
  const there = [...Array(columns.width).keys()].every((column) => {
    const { position, number } = columns.baseOf(column);
    return columns.columnOf(position, number) === column;
  });
  return { ref: read("ref"), alt: read("alt"), there };
}"""
"""Reads the bases that the picture shows, before and after the variant."""
