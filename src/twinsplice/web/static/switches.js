// The switches below the box: genome, model, distance, mask.

import { html } from "./elements.js";

function option(value, text) {
  return html("option", { value }, text);
}

function buildTitle(build) {
  return build.demo ? `${build.name}, demo` : build.name;
}

/** Fill a form's switches with what the server has. */
export function fill(form, about) {
  const { build, model, distance, mask } = form.elements;
  build.replaceChildren(...about.builds.map((each) => option(each.name, buildTitle(each))));
  model.replaceChildren(...about.models.map((each) => option(each.name, each.title)));
  model.value = (about.models.find((each) => each.default) ?? about.models[0]).name;
  distance.max = about.limits.distance;
  distance.value = about.defaults.distance;
  mask.checked = about.defaults.mask;
}

/** Set a form's switches to a question's; what the question lacks stays the default. */
export function set(form, question, about) {
  fill(form, about);
  const { build, model, distance, mask } = form.elements;
  for (const [field, value] of [
    [build, question.build],
    [model, question.model],
  ]) {
    if (value === null || value === undefined) continue;
    // What the server lacks is asked for all the same: its refusal says what there is.
    if (![...field.options].some((each) => each.value === value))
      field.append(option(value, value));
    field.value = value;
  }
  if (question.distance !== null && question.distance !== undefined)
    distance.value = question.distance;
  if (question.mask !== null && question.mask !== undefined) mask.checked = question.mask;
}

/** Return what the switches say. */
export function read(form) {
  const { build, model, distance, mask } = form.elements;
  return { build: build.value, model: model.value, distance: distance.value, mask: mask.checked };
}
