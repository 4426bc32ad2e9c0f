import { Assets } from "@express-on-ecs/kit/assets";
import type { SuppliersSite } from "@express-on-ecs/suppliers-kit/layout";
import { siteAssets } from "@express-on-ecs/suppliers-kit/site-assets";

/** The pages of the administrators. */
export const paths = {
  home: "/admin",
  list: "/admin/suppliers",
  add: "/admin/supplier-add",
  update: (id: number) => `/admin/supplier-update/${id}`,
  remove: (id: number) => `/admin/supplier-remove/${id}`,
} as const;

/** Their look. Only /admin leads here: the assets lie below it too. */
export const site: SuppliersSite = {
  brand: "Manage coffee suppliers",
  home: paths.home,
  links: [
    { label: "Administrator home", path: paths.home },
    { label: "Suppliers list", path: paths.list },
    { label: "Customer home", path: "/" },
  ],
  assets: new Assets("/admin/assets", siteAssets),
};
