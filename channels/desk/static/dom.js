// Elements made by hand: text is always text, so nothing a subscriber writes can become markup.

export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const key = (name) => h("kbd", {}, name);

export function say(text) {
  document.getElementById("spoken").textContent = text;
}

export function alarm(text) {
  document.getElementById("alarm").textContent = text;
}
