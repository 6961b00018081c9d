// Import as one page: the file, what the box read in it, which column is what, start.
import { useState } from "preact/hooks";
import { ErrorNotice, Field, Notice, Skeleton } from "../components/bits";
import { SelectField } from "../components/form";
import { Icon } from "../components/icons";
import { query, type Upload, upload } from "../lib/api";
import { bytes, percent } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { go } from "../lib/router";
import { useGet } from "../lib/use";
import type { Inspection, List } from "../lib/types";
import type { PageProps } from "../shell";
import { countries, countryName } from "../lib/countries";

const targets = [
	"phone",
	"first_name",
	"last_name",
	"language",
	"consent_source",
	"consent_date",
	"consent_text",
] as const;
const encodings = ["utf-8", "utf-16le", "windows-1252", "windows-1253", "windows-1255", "windows-1256", "windows-1258"];
const delimiters = [",", ";", "\t", "|"];
const inspectBytes = 256 * 1024;

interface Options {
	country: string;
	encoding?: string;
	delimiter?: string;
	map?: Record<string, string>;
}

function params(o: Options) {
	const map = o.map
		? Object.entries(o.map)
				.filter(([, column]) => column)
				.map(([field, column]) => `${field}:${column}`)
				.join(",")
		: "";
	return { country: o.country, encoding: o.encoding, delimiter: o.delimiter, map };
}

/** Gives a column to a field; no column feeds two. */
function reassign(map: Record<string, string>, field: string, column: string) {
	const others = Object.entries(map).filter(([f, c]) => f !== field && c !== column);
	return Object.fromEntries([...others, [field, column]]);
}

function DropZone({ onFile }: { onFile: (file: File) => void }) {
	const [over, setOver] = useState(false);
	return (
		<label
			class={`drop ${over ? "over" : ""}`}
			onDragOver={(e) => {
				e.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(e) => {
				e.preventDefault();
				setOver(false);
				const file = e.dataTransfer?.files[0];
				if (file) onFile(file);
			}}
		>
			<Icon name="upload" size={28} />
			<strong>{t("import.drop")}</strong>
			<span class="muted small">{t("import.drop_hint")}</span>
			<input
				type="file"
				accept=".csv,.txt,.tsv,text/csv,text/plain"
				class="visually-hidden"
				onChange={(e) => {
					const file = e.currentTarget.files?.[0];
					if (file) onFile(file);
				}}
			/>
		</label>
	);
}

function Mapping(props: {
	found: Inspection;
	map: Record<string, string>;
	onMap: (map: Record<string, string>) => void;
}) {
	const { found, map } = props;
	return (
		<div class="mapping">
			{targets.map((field) => (
				<Field key={field} label={t(`field.${field}` as Key)} id={`map-${field}`}>
					<select
						id={`map-${field}`}
						class="input"
						value={map[field] ?? ""}
						onChange={(e) => props.onMap(reassign(map, field, e.currentTarget.value))}
					>
						<option value="">{t("import.none")}</option>
						{found.header.map((column) => (
							<option key={column} value={column}>
								{column}
							</option>
						))}
					</select>
				</Field>
			))}
		</div>
	);
}

function Sample({ found }: { found: Inspection }) {
	return (
		<div class="table-wrap sample">
			<table class="table">
				<thead>
					<tr>
						{found.header.map((h, i) => (
							<th key={i} dir="auto">
								{h}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{found.rows.map((row, i) => (
						<tr key={i}>
							{found.header.map((_, j) => (
								<td key={j} dir="auto" class="clip">
									{row[j] ?? ""}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

function Reading(props: {
	found: Inspection;
	options: Options;
	onOptions: (o: Options) => void;
}) {
	const { found, options } = props;
	return (
		<div class="mapping">
			<SelectField
				id="import-country"
				label={t("country")}
				value={options.country}
				among={[...new Set([options.country, ...countries])].filter(Boolean)}
				name={countryName}
				onValue={(country) => props.onOptions({ ...options, country })}
			/>
			<SelectField
				id="import-encoding"
				label={t("import.encoding")}
				value={options.encoding ?? found.encoding.toLowerCase()}
				among={[...new Set([found.encoding.toLowerCase(), ...encodings])]}
				name={(name) => name}
				onValue={(encoding) => props.onOptions({ ...options, encoding })}
			/>
			<SelectField
				id="import-delimiter"
				label={t("import.delimiter")}
				value={options.delimiter ?? found.delimiter}
				among={[...new Set([found.delimiter, ...delimiters])]}
				name={(d) => (d === "\t" ? t("import.tab") : d)}
				onValue={(delimiter) => props.onOptions({ ...options, delimiter })}
			/>
		</div>
	);
}

function Import({ list, country }: { list: List; country: string }) {
	const [file, setFile] = useState<File | null>(null);
	const [found, setFound] = useState<Inspection | null>(null);
	const [options, setOptions] = useState<Options>({ country: list.country || country });
	const [error, setError] = useState<Error | null>(null);
	const [sent, setSent] = useState<number | null>(null);
	const [running, setRunning] = useState<Upload<{ job: number }> | null>(null);

	const inspect = (f: File, o: Options) => {
		setFile(f);
		setOptions(o);
		setError(null);
		const path = query(`/lists/${list.id}/import/inspect`, { ...params({ ...o, map: undefined }), name: f.name });
		upload<Inspection>(path, f.slice(0, inspectBytes), () => undefined).done.then(
			(i) => {
				setFound(i);
				setOptions({ ...o, map: o.map ?? i.map });
			},
			(e: Error) => {
				setFound(null);
				setError(e);
			},
		);
	};
	const start = (dryRun: boolean) => {
		if (!file) return;
		const path = query(`/lists/${list.id}/import`, {
			...params(options),
			name: file.name,
			dry_run: dryRun ? 1 : undefined,
		});
		setError(null);
		setSent(0);
		const run = upload<{ job: number }>(path, file, (n) => setSent(n));
		setRunning(run);
		run.done.then(
			({ job }) => go(`/jobs/${job}`),
			(e: Error) => {
				setSent(null);
				setRunning(null);
				if (e.name !== "AbortError") setError(e);
			},
		);
	};
	const mapped = options.map?.phone;
	const evidence = options.map?.consent_source;

	return (
		<div class="stack">
			{!file && <DropZone onFile={(f) => inspect(f, options)} />}
			<ErrorNotice error={error} />
			{file && (
				<p class="row spread">
					<span dir="auto">
						<strong>{file.name}</strong> <span class="muted">{bytes(file.size)}</span>
					</span>
					<button
						type="button"
						class="btn small"
						onClick={() => {
							setFile(null);
							setFound(null);
							setError(null);
						}}
					>
						{t("import.other")}
					</button>
				</p>
			)}
			{file && !found && !error && <Skeleton />}
			{file && found && (
				<>
					<section class="card">
						<header>
							<h2>{t("import.read")}</h2>
						</header>
						<div class="card-body stack">
							<Reading found={found} options={options} onOptions={(o) => inspect(file, o)} />
							<Sample found={found} />
						</div>
					</section>
					<section class="card">
						<header>
							<h2>{t("import.columns")}</h2>
						</header>
						<div class="card-body stack">
							<Mapping
								found={found}
								map={options.map ?? {}}
								onMap={(map) => setOptions({ ...options, map })}
							/>
							<p class="small muted">{t("import.others_hint")}</p>
							{found.warnings
								.filter((w) => w.code !== "no_consent_columns") // said below, as mapped now
								.map((w) => {
									const key = `problem.${w.code}`;
									return (
										<Notice key={w.code} tone="warn">
											{isKey(key) ? t(key) : w.detail}
										</Notice>
									);
								})}
							{!mapped && <Notice tone="bad">{t("import.no_phone")}</Notice>}
							{!evidence && <Notice tone="warn">{t("import.no_consent")}</Notice>}
						</div>
					</section>
					{sent !== null ? (
						<div class="row">
							<progress max={file.size || 1} value={sent} class="grow" />
							<span class="num">{percent(sent, file.size)}</span>
							<button type="button" class="btn small" onClick={() => running?.abort()}>
								{t("stop")}
							</button>
						</div>
					) : (
						<div class="row">
							<button
								type="button"
								class="btn primary"
								disabled={!mapped}
								onClick={() => start(false)}
							>
								{t("import.start")}
							</button>
							<button type="button" class="btn" disabled={!mapped} onClick={() => start(true)}>
								{t("import.dry_run")}
							</button>
						</div>
					)}
				</>
			)}
		</div>
	);
}

export function ImportPage({ place, session }: PageProps) {
	const { data, error } = useGet<List>(`/lists/${place.path[2]}`);
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton />;
	return (
		<div class="page">
			<div class="page-head">
				<h1 dir="auto">{t("import.into", { list: data.name })}</h1>
			</div>
			<Import list={data} country={session.box.country || countries[0]} />
		</div>
	);
}
