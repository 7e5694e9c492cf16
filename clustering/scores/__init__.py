"""How good a grouping is: against itself (intrinsic) and against known families (extrinsic).

Noise is a group like any other in every score, and every result says its coverage, so that leaving
parts out never flatters.
"""
