import { describe, expect, it } from "vitest";
import { loadProject } from "../../config/load";
import { recordingTerminal } from "../testing/recording-terminal";
import { temporaryFolder } from "../testing/temporary-folder";
import { testLifetime } from "../testing/test-lifetime";
import { contextOf, fargateService, PRICES, together } from "./cost.fixtures";
import { priceSwitches } from "./savings";
import { type Switch, toFargateSpot } from "./switches";

const unpriced = { aws_lambda_function: { one: {} } };
const SHOP = contextOf({ shop: together(fargateService("web", 2), unpriced) });

function price(...switches: readonly Switch[]) {
  const { environment } = loadProject({ root: process.cwd(), environment: "dev" });
  const { terminal } = recordingTerminal();
  const lifetime = testLifetime();
  const deployment = { root: process.cwd(), environment, lifetime, terminal, variables: {}, stdio: "ignore" } as const;
  const told: string[] = [];
  return priceSwitches(deployment, SHOP, switches, temporaryFolder(), (name) => told.push(name)).then((savings) => ({
    savings,
    told,
  }));
}

const spot: Switch = { name: "Spot", but: "it ends", how: { prices: (prices) => toFargateSpot(prices, 0.5) } };

describe("a switch", () => {
  it("saves the difference of two estimates, at other prices for the same stacks", async () => {
    // 2 × 730 × (0.25 × 0.04048 + 0.5 × 0.004445) = 18.02; half of it is 9.01.
    const { savings, told } = await price(spot);
    expect(savings).toEqual([{ name: "Spot", but: "it ends", result: { atRest: 901, fullScale: 901, unknown: [] } }]);
    expect(told).toEqual(["Spot"]);
  });

  it("that is dearer saves less than nothing", async () => {
    const { of } = PRICES;
    const dear: Switch = {
      ...spot,
      how: { prices: (prices) => ({ ...prices, of: { ...of, fargateVcpuHour: 2 * of.fargateVcpuHour } }) },
    };
    expect((await price(dear)).savings[0]?.result).toMatchObject({ atRest: -1478, fullScale: -1478 });
  });

  it("that config/ refuses is told with the reason", async () => {
    const patch = { network: { nat: "none", interfaceEndpoints: [] } };
    expect((await price({ name: "no NAT", but: "", how: { patch } }, spot)).savings).toEqual([
      {
        name: "no NAT",
        but: "",
        result: { refused: "without a NAT gateway no task can fetch its image or write its log" },
      },
      expect.objectContaining({ name: "Spot" }),
    ]);
  });
});
