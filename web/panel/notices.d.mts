export interface Notice {
	name: string;
	why?: string;
	files: string;
	license: string;
	text: string;
}
export interface Metafile {
	outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}
export function packageFolders(metafile: Metafile): string[];
export function noticeOf(folder: string): Notice;
export function noticesOf(metafile: Metafile, root: string): Notice[];
export function noticesPage(notices: Notice[]): string;
export function noticesStanzas(notices: Notice[]): string;
