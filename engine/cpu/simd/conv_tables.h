/* gst-stylegan: what the convolution files of one tier share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "cpu/simd/conv.h"

#if CPU_VREGS == 32
#define CPU_CONV_N_TILES 7
#else
#define CPU_CONV_N_TILES 5
#endif

extern const CpuConvTile CPU_SIMD_NAME (cpu_conv_tiles)[CPU_CONV_N_TILES];
extern const CpuConvWinograd CPU_SIMD_NAME (cpu_conv_winograd);
extern const CpuConvDepthTile
    CPU_SIMD_NAME (cpu_conv_depth_tiles)[CPU_CONV_N_DEPTH_TILES];
extern const CpuSimdConv CPU_SIMD_NAME (cpu_simd_conv);
