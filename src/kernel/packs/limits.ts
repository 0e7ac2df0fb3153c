/** What a region pack may hold. A city's papers fill a few per cent of these; what is beyond them is a mistake or an attack. */
export const FILE_BYTES_MAX = 262_144
export const FILES_MAX = 2_000
export const PACK_BYTES_MAX = 33_554_432
/** Mappings and lists within each other. */
export const DEPTH_MAX = 40
/** Values of one file, those that aliases repeat counted each time. */
export const NODES_MAX = 50_000
export const ALIASES_MAX = 100
/** Faults told of one pack; the rest would only bury them. */
export const FAULTS_MAX = 500
/** A district below a city below a province: regions above each other. */
export const REGION_LEVELS_MAX = 5
