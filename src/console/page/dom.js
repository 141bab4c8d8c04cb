// Building and renewing what is on the screen. Everything that is not ours comes in as text nodes and attributes;
// nothing here parses markup.

const drawing = 'http://www.w3.org/2000/svg';

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

function call(event) {
  this.handlers[event.type]?.(event);
}

function listen(node, handlers) {
  for (const type of Object.keys(handlers)) {
    if (!node.handlers?.[type]) node.addEventListener(type, call);
  }
  node.handlers = { ...node.handlers, ...handlers };
}

function make(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') listen(node, value);
    else if (name === 'key') node.key = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  return append(node, children);
}

// An element. `on`: its listeners, {click: …}; `key`: what it is among its siblings when the page is renewed.
export function h(tag, properties, ...children) {
  return make(document.createElement(tag), properties, children);
}

export function s(tag, properties, ...children) {
  return make(document.createElementNS(drawing, tag), properties, children);
}

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.key === b.key;
}

// `open` belongs to whoever opened it.
function renewAttributes(old, next) {
  for (const { name } of [...old.attributes]) {
    if (name !== 'open' && !next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

function become(old, next) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  renewAttributes(old, next);
  if (next.handlers) listen(old, next.handlers);
  if (old.nodeName !== 'TEXTAREA') renew(old, [...next.childNodes]);
}

// Makes `nodes` the children of `place` and keeps the elements that are there: focus, scrolling and what
// somebody has typed stay.
export function renew(place, nodes) {
  const wanted = nodes.flat(Infinity).filter((node) => node);
  const known = new Map([...place.childNodes].filter((node) => node.key).map((node) => [node.key, node]));
  let at = place.firstChild;
  for (const next of wanted) {
    const old = next.key ? known.get(next.key) : at;
    if (!old || !alike(old, next)) {
      place.insertBefore(next, at);
      continue;
    }
    if (old === at) at = at.nextSibling;
    else place.insertBefore(old, at);
    become(old, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// A file from here to the person's disk.
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = h('a', { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
