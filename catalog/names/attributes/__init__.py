"""What a name states about its part: standards, threads, sizes, ratings, materials, sides.

Keys end with the unit of their value. A key's value is text, a number, or a list where the name
states several; ``*_range_*`` holds ``[low, high]``. What is ambiguous is left out.

===================== ======================================================================
key                   value
===================== ======================================================================
standard              list: ``DIN 933``, ``ISO 4017`` (also of DIN EN ISO 4017), ``EN 10204``
thread                ``M8``, ``M8x1`` (fine), ``G1/2``, ``Tr20x4``, ``1/4-20 UNC``, ``1/2 NPT``
thread_hand           ``left``
length_mm ...         also width, height, thickness, diameter, inner_diameter, outer_diameter
dimensions_mm         list of a chain such as 20x30x7 whose order the name does not settle
size_mm, size_in      a length without a label
wrench_size_mm        SW 13
nominal_diameter_mm   DN 25
nominal_pressure_bar  PN 16
voltage_v ...         current_a, power_w, apparent_power_va, pressure_bar, temperature_c,
                      torque_nm, force_n, frequency_hz, speed_rpm, volume_l, flow_l_min, mass_kg,
                      resistance_ohm, capacitance_f, charge_ah, cross_section_mm2
current_type          ``AC``, ``DC``
material              ``steel``, ``stainless_steel``, ``brass``, ``nbr``, ``ptfe``, ...
material_grade        ``A2``, ``A4``, ``1.4301``
finish                ``zinc_plated``, ``nickel_plated``, ``black_oxide``, ...
strength_class        ``8.8``, ``A2-70``
hardness_shore        NBR 70
bearing               ``6205-2RS``; ``bearing_clearance`` ``C3``
side                  ``left``, ``right``, ``front``, ``rear``, ``upper``, ``lower``
color, color_ral      ``black``, ...; ``RAL 9005``
ip_class              ``IP67``
quantity              pieces a pack
cores, poles          conductors of a cable, poles of a connector
===================== ======================================================================
"""

from catalog.names.attributes.comparison import AttributeComparison, compare_attributes
from catalog.names.attributes.merging import read_attributes

__all__ = ["AttributeComparison", "compare_attributes", "read_attributes"]
