// The columns of a picture: the reference's bases, and those that the variant inserts
// between them. Left is the plus strand's 5' end.

/**
 * Return the columns of a profile.
 *
 * @param {object} profile As the server gives it.
 * @param {object} variant The variant.
 */
export function of(profile, variant) {
  const { start, sequence } = profile;
  const inserted = profile.inserted ?? { after: start - 1, bases: "", acceptor: [], donor: [] };
  const before = inserted.after - start + 1;
  const extra = inserted.bases.length;
  const width = sequence.length + extra;
  const spread = (values, between) => [
    ...values.slice(0, before),
    ...between,
    ...values.slice(before),
  ];
  const none = new Array(extra).fill(null);
  const isDeleted = (position) =>
    profile.deleted !== null && position >= profile.deleted[0] && position <= profile.deleted[1];

  /** Return the column of a base of the reference, or of an inserted one (from 1). */
  const columnOf = (position, number = 0) => {
    const column = position - start;
    if (number > 0) return before + number - 1;
    return column < before ? column : column + extra;
  };
  /** Return the base of a column: its position, and its number if it is inserted. */
  const baseOf = (column) => {
    if (column < before) return { position: start + column, number: 0 };
    if (column < before + extra) return { position: inserted.after, number: column - before + 1 };
    return { position: start + column - extra, number: 0 };
  };
  /** Return what the column's base is, before and after the variant. */
  const letters = (column) => {
    const { position, number } = baseOf(column);
    if (number > 0) return { ref: null, alt: inserted.bases[number - 1], kind: "inserted" };
    const ref = sequence[position - start];
    if (isDeleted(position)) return { ref, alt: null, kind: "deleted" };
    const within = position - variant.position;
    const alt =
      within >= 0 && within < Math.min(variant.ref.length, variant.alt.length)
        ? variant.alt[within]
        : ref;
    return { ref, alt, kind: alt === ref ? "same" : "replaced" };
  };
  return {
    width,
    columnOf,
    baseOf,
    letters,
    ref: { acceptor: spread(profile.ref.acceptor, none), donor: spread(profile.ref.donor, none) },
    alt: {
      acceptor: spread(profile.alt.acceptor, inserted.acceptor),
      donor: spread(profile.alt.donor, inserted.donor),
    },
    // Columns that the variant replaces, deletes or inserts: the first, and the one after the last.
    changed: changedColumns(columnOf, variant, before, extra),
  };
}

function changedColumns(columnOf, variant, before, extra) {
  const last = variant.position + variant.ref.length - 1;
  let first = columnOf(variant.position);
  let end = columnOf(last) + 1;
  if (extra > 0) end = Math.max(end, before + extra);
  // The base that VCF puts before what is inserted or deleted stays as it is.
  const anchored = variant.ref.length !== variant.alt.length && variant.ref[0] === variant.alt[0];
  if (anchored && end - first > 1) first += 1;
  return [first, end];
}

/** Return the change of a site's probability at a column; absent bases have none. */
export function change(columns, site, column) {
  return (columns.alt[site][column] ?? 0) - (columns.ref[site][column] ?? 0);
}

/** Return the columns whose change is at least so large, by column. */
export function moved(columns, least) {
  const found = [];
  for (let column = 0; column < columns.width; column += 1) {
    const largest = Math.max(
      ...["acceptor", "donor"].map((site) => Math.abs(change(columns, site, column))),
    );
    if (largest >= least) found.push(column);
  }
  return found;
}
