import { html } from "@express-on-ecs/kit/html";
import { describe, expect, it } from "vitest";
import { errorSummary, type SupplierForm, supplierForm } from "./supplier-form";

const evil = `O'Brien <b>"`;
const escaped = "O&#39;Brien &lt;b&gt;&quot;";
const form: SupplierForm = {
  action: "/own/add",
  csrf: html`<input type="hidden" name="_csrf" value="token">`,
  values: { name: evil, address: evil, city: evil, state: evil, email: evil, phone: evil },
  submit: "Add",
  links: html``,
};

const inputs = (markup: string) => [...markup.matchAll(/<input id="[\s\S]*?>/g)].map(([input]) => input);

describe("supplierForm", () => {
  it("has a label for each field, and its value escaped", () => {
    const markup = supplierForm(form).toString();
    for (const name of ["name", "address", "city", "state", "email", "phone"]) {
      expect(markup).toContain(`<label for="${name}">`);
      expect(markup).toContain(`<input id="${name}" name="${name}"`);
    }
    expect(markup.split(`value="${escaped}"`)).toHaveLength(7);
    expect(markup).not.toContain("<b>");
  });

  it("joins a field with its hint and its fault", () => {
    const errors = { name: "The supplier name is required", phone: "Phone <number>" };
    const [name, address, , , , phone] = inputs(supplierForm({ ...form, errors }).toString());
    expect(name).toContain('aria-invalid="true" aria-describedby="name-error"');
    expect(address).not.toContain("aria-");
    expect(phone).toContain('aria-invalid="true" aria-describedby="phone-hint phone-error"');
  });

  it("has the token, and the version where there is one", () => {
    expect(supplierForm(form).toString()).toContain('name="_csrf" value="token"');
    expect(supplierForm(form).toString()).not.toContain('name="version"');
    expect(supplierForm({ ...form, version: 3 }).toString()).toContain('name="version" value="3"');
  });
});

describe("errorSummary", () => {
  it("is not there without a fault", () => {
    expect(errorSummary({})).toBeUndefined();
  });

  it("names the faults in the order of the fields, each with the way to its field", () => {
    const summary = errorSummary({ error: "whole <b>", errors: { phone: "p", name: "n" } })?.toString();
    expect(
      [...(summary ?? "").matchAll(/<a href="#(\w+)">(.*?)<\/a>/g)].map(([, field, text]) => [field, text]),
    ).toEqual([
      ["name", "whole &lt;b&gt;"],
      ["name", "n"],
      ["phone", "p"],
    ]);
  });
});
