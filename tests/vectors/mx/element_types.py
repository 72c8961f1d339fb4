"""The element formats that ml_dtypes has, and where its rules differ. It has no mxint8."""

TYPES = {"mxfp8_e4m3": "float8_e4m3fn", "mxfp8_e5m2": "float8_e5m2", "mxfp6_e3m2": "float6_e3m2fn",
         "mxfp6_e2m3": "float6_e2m3fn", "mxfp4": "float4_e2m1fn"}
# It does not clamp these two: magnitudes from here on round past the greatest number.
PAST_GREATEST = {"mxfp8_e4m3": 464.0, "mxfp8_e5m2": 61440.0}
