import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { shortPrivates } from "../../bundle/private-names.mjs";

it("gives each class names of its own, the shortest to what is used most", () => {
  const code =
    "class A{#one=1;#two=2;sum(){return this.#one+this.#two*this.#two}}class B{#one(){}run(){this.#one()}}";
  expect(shortPrivates(code)).toBe(
    "class A{#t=1;#e=2;sum(){return this.#t+this.#e*this.#e}}class B{#e(){}run(){this.#e()}}",
  );
});

it("does not mix up a class with the one around it", () => {
  const code = "class A{#x=1;make(){const a=this;return class{#y=2;sum(){return a.#x+this.#y+(#y in a)}}}}";
  expect(runInNewContext(`${code};new (new A().make())().sum()`)).toBe(3);
  expect(runInNewContext(`${shortPrivates(code)};new (new A().make())().sum()`)).toBe(3);
});
