"""How pages look: one style sheet, for wide and narrow screens, light and dark.

Colours are Okabe and Ito's, darkened or lightened to stand out from the page; lines
differ in dashes and neighbouring marks in shape besides.

Source: Okabe & Ito 2008, "Color Universal Design".
"""

SHEET = """
:root { color-scheme: light dark;
  --page: #fff; --ink: #1b1f24; --soft: #57606a; --rule: #d8dee4; --tint: #f6f8fa;
  --one: #0072b2; --two: #c24e00; --three: #00795a; --four: #a6417a;
  --five: #7a6200; --six: #57606a;
  --d0: #d6e6f4; --d1: #abd0e6; --d2: #6aaed6; --d3: #3787c0; --d4: #105ba4;
  --d5: #08306b; --spot: #ffd54f; }
@media (prefers-color-scheme: dark) { :root {
  --page: #14171b; --ink: #e6e9ec; --soft: #a3adb8; --rule: #353c44; --tint: #1c2126;
  --one: #56b4e9; --two: #e69f00; --three: #2fc19a; --four: #e39cc6;
  --five: #e5dc5a; --six: #a3adb8;
  --d0: #123350; --d1: #164d7a; --d2: #2371ae; --d3: #4b9bd3; --d4: #8cc4e8;
  --d5: #dceefb; --spot: #6b5900; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .5rem;
  border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; line-height: 1.35; margin: 0 0 .25rem; }
.wide + h3, .none + h3 { margin-top: 1.5rem; }
p { margin: .25rem 0 .75rem; }
.note, .keys, summary { font-size: .875rem; color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem;
  font-size: .875rem; margin: 1rem 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
code { font: .8125rem/1.5 ui-monospace, monospace; }
.tiles { display: grid; gap: .5rem; margin: 1rem 0; padding: 0; list-style: none;
  grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
.tiles li { background: var(--tint); border: 1px solid var(--rule);
  border-radius: .4rem; padding: .5rem .75rem; }
.tiles strong { display: block; font-size: 1.35rem; line-height: 1.3; }
.tiles span { font-size: .8125rem; color: var(--soft); }
.grid { display: grid; gap: 2rem 2.5rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
figure { margin: 0; min-width: 0; }
figure > svg, .miss > svg { display: block; width: 100%; max-width: 32rem;
  height: auto; }
.none { padding: 2.5rem 1rem; text-align: center; color: var(--soft);
  background: var(--tint); border: 1px dashed var(--rule); border-radius: .4rem; }
.keys { list-style: none; margin: .25rem 0; padding: 0; display: flex;
  flex-wrap: wrap; gap: .1rem 1rem; }
.keys svg { width: 1.5rem; height: .8rem; margin-right: .35rem;
  vertical-align: -.05rem; }
.keys + .grid { margin-top: 1.25rem; }
.wide { overflow-x: auto; border: 1px solid var(--rule); border-radius: .4rem;
  margin: .5rem 0; overflow-wrap: normal; }
table { border-collapse: collapse; font-size: .8125rem; width: 100%;
  font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--rule); }
tr:last-child > * { border-bottom: 0; }
th:first-child { text-align: left; position: sticky; left: 0;
  background: var(--page); }
thead th { font-weight: 600; background: var(--tint); }
thead th:first-child { background: var(--tint); }
tbody th { font-weight: 400; }
svg text { fill: var(--ink); font: 11.5px system-ui, sans-serif; }
svg .name { font-size: 12px; }
svg .tick { fill: var(--soft); }
.mid { text-anchor: middle; }
.end { text-anchor: end; }
line.grid { stroke: var(--rule); stroke-width: .8; }
line.axis { stroke: var(--soft); stroke-width: 1; }
line.guide { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 5 4; }
.s1 { stroke: var(--one); } .s2 { stroke: var(--two); }
.s3 { stroke: var(--three); } .s4 { stroke: var(--four); }
.s5 { stroke: var(--five); } .s6 { stroke: var(--six); }
path.curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.curve.s2 { stroke-dasharray: 8 3; } .curve.s3 { stroke-dasharray: 3 2; }
.curve.s4 { stroke-dasharray: 9 3 2 3; } .curve.s5 { stroke-dasharray: 1 3; }
.curve.s6 { stroke-dasharray: 14 4; }
.chance { stroke-width: 1; stroke-dasharray: 2 4; }
.bar { stroke-width: 1.5; }
.stem { stroke-width: 1.6; }
.mark { stroke: var(--page); stroke-width: .6; }
.m1 { fill: var(--one); } .m2 { fill: var(--two); } .m3 { fill: var(--three); }
.m4 { fill: var(--four); } .m5 { fill: var(--five); } .m6 { fill: var(--six); }
rect.box { stroke-width: 1; fill-opacity: .3; }
.box.s1 { fill: var(--one); } .box.s2 { fill: var(--two); }
.median { stroke-width: 2.5; }
rect.variant { fill: var(--spot); fill-opacity: .75; }
.point { fill: var(--ink); fill-opacity: .55; }
.d0 { fill: var(--d0); } .d1 { fill: var(--d1); } .d2 { fill: var(--d2); }
.d3 { fill: var(--d3); } .d4 { fill: var(--d4); } .d5 { fill: var(--d5); }
footer { margin-top: 2.5rem; }
@media (max-width: 30rem) { body { padding: .75rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; }
  h1 { font-size: 1.3rem; } }
@media print { body { max-width: none; } .miss, figure { break-inside: avoid; } }
"""
"""CSS of a whole page."""
