import { Assets } from "@express-on-ecs/kit/assets";
import type { SuppliersSite } from "@express-on-ecs/suppliers-kit/layout";
import { siteAssets } from "@express-on-ecs/suppliers-kit/site-assets";

/** The look of the customers' pages. */
export const site: SuppliersSite = {
  brand: "Coffee suppliers",
  home: "/",
  links: [
    { label: "Customer home", path: "/" },
    { label: "Suppliers list", path: "/suppliers" },
    { label: "Administrator link", path: "/admin/suppliers" },
  ],
  assets: new Assets("/assets", siteAssets),
};
