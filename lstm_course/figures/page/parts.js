// What the pages of the explorers share: numbers with a true minus sign, and elements filled with text, never with markup.

function digits(value, count) {
  var text = value.toFixed(count);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

function fill(made, attributes, text) {
  Object.keys(attributes || {}).forEach(function (name) { made.setAttribute(name, attributes[name]); });
  if (text !== undefined) { made.textContent = text; }
  return made;
}

function add(parent, tag, attributes, text) { return parent.appendChild(fill(document.createElement(tag), attributes, text)); }
