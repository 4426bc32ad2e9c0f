/** What a node is, which gives it its colour: the families of AWS's own pictures. */
export const KINDS = [
  "outside",
  "network",
  "compute",
  "database",
  "security",
  "integration",
  "storage",
  "delivery",
  "stack",
] as const;

export type Kind = (typeof KINDS)[number];

/** Colours of a node: `#rrggbb`. */
export interface Colours {
  readonly fill: string;
  readonly stroke: string;
  readonly text: string;
}

/** Colours of what is around the nodes. */
export interface Surroundings {
  readonly background: string;
  /** Of a frame's border. */
  readonly frame: string;
  /** Of titles of frames, and labels of edges. */
  readonly text: string;
  readonly edge: string;
}

export interface Scheme {
  readonly surroundings: Surroundings;
  readonly nodes: Readonly<Record<Kind, Colours>>;
}

const DARK_TEXT = "#1b2733";
const LIGHT_TEXT = "#eef2f6";

/** On a screen with dark letters on light ground. */
export const LIGHT: Scheme = {
  surroundings: { background: "#ffffff", frame: "#8494a3", text: "#3d4f60", edge: "#5b6b7a" },
  nodes: {
    outside: { fill: "#f3f5f7", stroke: "#5b6b7a", text: DARK_TEXT },
    network: { fill: "#f1eaff", stroke: "#6b3fb8", text: DARK_TEXT },
    compute: { fill: "#fff0de", stroke: "#b45f06", text: DARK_TEXT },
    database: { fill: "#e4edfc", stroke: "#2c5aa0", text: DARK_TEXT },
    security: { fill: "#fde9e8", stroke: "#b3261e", text: DARK_TEXT },
    integration: { fill: "#fce6f0", stroke: "#b0246a", text: DARK_TEXT },
    storage: { fill: "#e6f4e8", stroke: "#2e7d32", text: DARK_TEXT },
    delivery: { fill: "#def3f3", stroke: "#0b6e6e", text: DARK_TEXT },
    stack: { fill: "#eef1f4", stroke: "#33475b", text: DARK_TEXT },
  },
};

/** On a screen with light letters on dark ground. */
export const DARK: Scheme = {
  surroundings: { background: "#0d1117", frame: "#6b7a89", text: "#b6c2cf", edge: "#93a1af" },
  nodes: {
    outside: { fill: "#23292f", stroke: "#93a1af", text: LIGHT_TEXT },
    network: { fill: "#2a1f42", stroke: "#a98bea", text: LIGHT_TEXT },
    compute: { fill: "#3a2610", stroke: "#e39a4b", text: LIGHT_TEXT },
    database: { fill: "#172a47", stroke: "#79a7e8", text: LIGHT_TEXT },
    security: { fill: "#401a18", stroke: "#ec827b", text: LIGHT_TEXT },
    integration: { fill: "#3d1529", stroke: "#ea7fb0", text: LIGHT_TEXT },
    storage: { fill: "#15301a", stroke: "#74bf79", text: LIGHT_TEXT },
    delivery: { fill: "#0e3030", stroke: "#5dbdbd", text: LIGHT_TEXT },
    stack: { fill: "#232d37", stroke: "#a5b6c6", text: LIGHT_TEXT },
  },
};
