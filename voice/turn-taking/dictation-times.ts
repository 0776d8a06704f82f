/** Nothing of it has been said yet: "sí, claro, anote". */
export const START_MS = 1_600;
/** More must come: "arroba", "guion", too few digits. */
export const JOINT_MS = 1_800;
/** Between two groups of digits or letters. */
export const GROUP_MS = 1_600;
/** It may be all there: a number of a length some have and some have not. */
export const MAYBE_MS = 700;
