export const n: number = "text";
