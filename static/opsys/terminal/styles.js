// xterm.js writes its colours into <style> elements and style attributes, and has no other way. The content security
// policy refuses both, rightly. Style sheets that a script builds it allows: on the pages that load this file, a style
// element is one of those, and a style attribute sets the element's style.

const create = document.createElement.bind(document);
const setAttribute = Element.prototype.setAttribute;

class BuiltStyle {
  sheet = new CSSStyleSheet();

  element() {
    const element = create("span");
    element.hidden = true;
    Object.defineProperty(element, "textContent", { get: () => "", set: (text) => this.sheet.replaceSync(text) });
    element.remove = () => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.sheet);
      Element.prototype.remove.call(element);
    };
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
    return element;
  }
}

document.createElement = (name, options) => (name === "style" ? new BuiltStyle().element() : create(name, options));
Element.prototype.setAttribute = function set(name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};
