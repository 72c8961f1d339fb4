// Verilator's view of the RTL, from the repository's root: waivers, the package, then one module a file, found by name.
rtl/lint/waivers.vlt
rtl/generated/napier_pkg.sv
+libext+.sv
-y rtl/generated
-y rtl
-y rtl/control
-y rtl/memory
-y rtl/array
-y rtl/post
-y rtl/mx
-y rtl/board
