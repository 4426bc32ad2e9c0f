import { describe, expect, it } from "vitest";
import { faultsOf, trimmed, wholeNumber } from "./supplier-schema";

const beans = {
  name: "Golden Bean",
  address: "1 Main Street",
  city: "Cork",
  state: "Munster",
  email: "orders@example.com",
  phone: "021 555 0123",
};

describe("faultsOf", () => {
  it("has nothing against a whole supplier", () => {
    expect(faultsOf(beans)).toEqual({});
  });

  it("asks for each field", () => {
    expect(faultsOf({ name: "", address: "", city: "", state: "", email: "", phone: "" })).toEqual({
      name: "The supplier name is required",
      address: "The supplier address is required",
      city: "The supplier city is required",
      state: "The supplier state is required",
      email: "The supplier email is required",
      phone: "The supplier phone is required",
    });
  });

  it.each(["\u200b", "\u00ad\u2060", "\u00a0 \u3000"])("takes %j, which nobody can see, for nothing", (name) => {
    expect(faultsOf({ ...beans, name })).toEqual({ name: "The supplier name is required" });
  });

  it.each(["a\0", "a\u001fb", "a\u007fb", "a\u0085b", "a\ud800b", "\udc00a", "a\u2029b"])("refuses %j", (city) => {
    expect(faultsOf({ ...beans, city })).toEqual({ city: "City has characters that can't be printed" });
  });

  it.each(["O'Brien <b>", "☕️ Café", "👩‍👩‍👧", "עברית", "a".repeat(255), "🙂".repeat(255)])("takes %j", (name) => {
    expect(faultsOf({ ...beans, name })).toEqual({});
  });

  it.each(["a".repeat(256), "🙂".repeat(256)])("counts characters, as the database does: refuses 256", (name) => {
    expect(faultsOf({ ...beans, name })).toEqual({ name: "Name should have 255 characters at most" });
    expect(faultsOf({ ...beans, phone: "1".repeat(101) }).phone).toBe("Phone should have 100 characters at most");
  });

  it.each(["a@example.com", "o'brien+coffee@mail.example.co.uk", "A.B-c_d@EXAMPLE.com", "1@2.ie"])(
    "takes the email %s",
    (email) => {
      expect(faultsOf({ ...beans, email })).toEqual({});
    },
  );

  it.each([
    "a",
    "a@b",
    "@example.com",
    "a@",
    "a b@example.com",
    "a@example..com",
    "a@-example.com",
    "a@example.com;b@example.com",
    "<a@example.com>",
    "'; DROP TABLE suppliers; --",
  ])("refuses the email %s", (email) => {
    expect(faultsOf({ ...beans, email })).toEqual({ email: "Email should be an address like name@example.com" });
  });

  it.each(["0215550123", "021 555 0123", "(021) 555-0123", "+353 21 555 0123", "1.800.555.0123", "+1/206/5550123"])(
    "takes the phone number %s",
    (phone) => {
      expect(faultsOf({ ...beans, phone })).toEqual({});
    },
  );

  it.each([
    "123456789",
    "+3531234567",
    "12345678901234",
    "555-COFFEE-0",
    "++1 206 555 0123",
    "206 555 0123 x5",
    "٠١٢٣٤٥٦٧٨٩",
    "' OR 1=1",
  ])("refuses the phone number %s", (phone) => {
    expect(faultsOf({ ...beans, phone })).toEqual({
      phone: "Phone number should be 10 digit number plus optional country code",
    });
  });
});

describe("trimmed", () => {
  it("takes the blanks around a field away, and nothing else", () => {
    expect(trimmed({ ...beans, name: " \t O'Brien  <b> \n" }).name).toBe("O'Brien  <b>");
  });
});

describe("wholeNumber", () => {
  it("reads what the table can have, and nothing else", () => {
    expect(["1", "4294967295"].map(wholeNumber)).toEqual([1, 4_294_967_295]);
    for (const text of ["", "0", "01", "-1", "1.0", "1e3", " 1", "0x1", "4294967296", "99999999999", "１"]) {
      expect(wholeNumber(text)).toBeUndefined();
    }
  });
});
