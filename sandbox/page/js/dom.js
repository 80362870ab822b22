// Builds DOM nodes and brings an existing tree to the shape of a new one. Text is always a text node.

const BOOLEAN = new Set(["disabled", "checked", "selected", "hidden", "open", "required", "multiple"]);

// h("button", {class: "x", on: {click: fn}, key: "k"}, "text", node, null, [nodes])
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) set(node, name, value);
  add(node, children);
  return node;
}

function set(node, name, value) {
  if (name === "on") node.on = value;
  else if (name === "key") node.dataset.key = value;
  else if (name === "style") for (const [k, v] of Object.entries(value)) node.style.setProperty(k, v);
  else if (BOOLEAN.has(name)) node.toggleAttribute(name, Boolean(value));
  else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
}

function add(node, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) add(node, child);
    else node.append(child);
  }
}

// Nodes are matched by data-key where they have one, else by position and tag.
// What a person typed, the focus, scroll positions and running animations stay.
export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || keyOf(old) !== keyOf(fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  old.on = fresh.on;
  attributes(old, fresh);
  childrenOf(old, [...fresh.childNodes]);
  return old;
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (name === "open" && old.nodeName === "DETAILS") continue; // a person opened it
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) === value) continue;
    if (name === "style") old.style.cssText = value; // setAttribute would be refused by our own policy
    else old.setAttribute(name, value);
  }
}

export function childrenOf(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = parent.firstChild;
  for (const fresh of wanted) {
    const key = keyOf(fresh);
    const match = key ? keyed.get(key) : at;
    if (key && match && match !== at) parent.insertBefore(match, at);
    if (!match || (!key && keyOf(match))) {
      parent.insertBefore(fresh, at);
      continue;
    }
    const stays = morph(match, fresh);
    at = stays.nextSibling;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function keyOf(node) {
  return node.dataset ? node.dataset.key || "" : "";
}

// One listener per event type for the whole page; a node says in `on` what it does.
export function delegate(root, types) {
  for (const type of types) {
    root.addEventListener(type, (event) => {
      for (let node = event.target; node && node !== root; node = node.parentNode) {
        const handler = node.on && node.on[type];
        if (!handler) continue;
        handler(event, node);
        if (event.cancelBubble) return;
      }
    });
  }
}

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
