# Packages a machine as an IP with an AXI4-Lite slave, an AXI4 master and an interrupt, for Vivado's block designs:
#
#   vivado -mode batch -source rtl/board/vivado_ip.tcl -tclargs edge build/napier_ip
#
# Not run: written from AMD's documentation (UG835, UG1118) without a Vivado at hand. The clock and reset are those of
# both buses; registers take 4 KiB.

set machine [lindex $argv 0]
set folder [file normalize [lindex $argv 1]]
set root [file normalize [file join [file dirname [info script]] .. ..]]
set top napier_[string map {- _} $machine]
if {![file exists $root/rtl/generated/$top.sv]} {
    puts stderr "No machine is called '$machine': rtl/generated has no $top.sv. Take a name that napier machines lists."
    exit 1
}

create_project -in_memory -part xc7a100tcsg324-1
read_verilog -sv $root/rtl/generated/napier_pkg.sv
foreach part {control memory array post mx} {
    read_verilog -sv [glob $root/rtl/$part/*.sv]
}
read_verilog -sv [list $root/rtl/generated/dot.sv $root/rtl/napier.sv $root/rtl/generated/$top.sv]
set_property top $top [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir $folder -vendor napier -library ip -taxonomy /Accelerators -import_files -force
set core [ipx::current_core]
set_property name $top $core
set_property display_name "Napier $machine" $core

# A bus of ports named <prefix>_<channel><signal>_<i or o>.
proc add_bus {core name prefix definition mode channels} {
    set bus [ipx::add_bus_interface $name $core]
    set_property bus_type_vlnv xilinx.com:interface:$definition:1.0 $bus
    set_property abstraction_type_vlnv xilinx.com:interface:${definition}_rtl:1.0 $bus
    set_property interface_mode $mode $bus
    foreach channel $channels {
        foreach port [ipx::get_ports -of_objects $core ${prefix}_${channel}*] {
            set signal [string toupper [regsub {_[io]$} [regsub "^${prefix}_" [get_property name $port] {}] {}]]
            set_property physical_name [get_property name $port] [ipx::add_port_map $signal $bus]
        }
    }
    return $bus
}
set control [add_bus $core control control aximm slave {aw w b ar r}]
set memory [add_bus $core memory memory aximm master {aw w b ar r}]
ipx::add_memory_map control $core
set_property slave_memory_map_ref control $control
set block [ipx::add_address_block registers [ipx::get_memory_maps control -of_objects $core]]
set_property range 4096 $block
ipx::add_address_space memory $core
set_property master_address_space_ref memory $memory
set_property range 4G [ipx::get_address_spaces memory -of_objects $core]

ipx::infer_bus_interface rst_ni xilinx.com:signal:reset_rtl:1.0 $core
ipx::infer_bus_interface clk_i xilinx.com:signal:clock_rtl:1.0 $core
ipx::infer_bus_interface interrupt_o xilinx.com:signal:interrupt_rtl:1.0 $core
ipx::associate_bus_interfaces -busif control -clock clk_i $core
ipx::associate_bus_interfaces -busif memory -clock clk_i $core
ipx::associate_bus_interfaces -clock clk_i -reset rst_ni $core

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::save_core $core
