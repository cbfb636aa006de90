/** The one function the bench compares with; the package brings no types. */
declare module "jstat" {
	const jStat: { readonly poisson: { readonly pdf: (k: number, mean: number) => number } };
	export default jStat;
}
