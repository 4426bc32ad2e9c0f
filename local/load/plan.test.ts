import { describe, expect, it } from "vitest";
import { loopbackUrl } from "./plan";

describe("where load may be sent to", () => {
  it.each([
    "http://127.0.0.1:8080/medical",
    "http://127.1.2.3/",
    "http://localhost:3000/a?b=c",
    "http://[::1]:3000/",
    "http://0x7f000001/",
  ])("is this machine: %s", (text) => {
    expect(loopbackUrl(text).href).toBe(new URL(text).href);
  });

  it.each([
    "http://example.test/",
    "http://10.0.0.1/",
    "http://0.0.0.0/",
    "http://localhost.example.test/",
    "http://127.0.0.1.example.test/",
    "http://127.0.0.1@example.test/",
    "https://127.0.0.1/",
    "file:///etc/passwd",
    "127.0.0.1:8080",
    "",
  ])("is nowhere else: %j", (text) => {
    expect(() => loopbackUrl(text)).toThrow(
      expect.objectContaining({
        status: 2,
        message: `load cannot be sent to "${text}": allowed are http URLs of this machine, such as http://127.0.0.1:8080/medical`,
      }),
    );
  });
});
