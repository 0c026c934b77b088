/* gst-stylegan: the table of one tier
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cpu/simd/simd.h"

extern const CpuSimd CPU_SIMD_NAME (cpu_simd);
extern const CpuSimdConv CPU_SIMD_NAME (cpu_simd_conv);
extern const CpuSimdNorm CPU_SIMD_NAME (cpu_simd_norm);
extern const CpuSimdUnary CPU_SIMD_NAME (cpu_simd_unary);
extern const CpuSimdBinary CPU_SIMD_NAME (cpu_simd_binary);
extern const CpuSimdMatmul CPU_SIMD_NAME (cpu_simd_matmul);
extern const CpuSimdResample CPU_SIMD_NAME (cpu_simd_resample);
extern const CpuSimdImage CPU_SIMD_NAME (cpu_simd_image);
extern const CpuSimdFlow CPU_SIMD_NAME (cpu_simd_flow);
extern const CpuSimdTrain CPU_SIMD_NAME (cpu_simd_train);
extern const CpuSimdCompose CPU_SIMD_NAME (cpu_simd_compose);

const CpuSimd CPU_SIMD_NAME (cpu_simd) = {
  .name = CPU_SIMD_STRING_ (CPU_SIMD_TIER),
  .width = CPU_VW,
  .registers = CPU_VREGS,
  .conv = &CPU_SIMD_NAME (cpu_simd_conv),
  .norm = &CPU_SIMD_NAME (cpu_simd_norm),
  .unary = &CPU_SIMD_NAME (cpu_simd_unary),
  .binary = &CPU_SIMD_NAME (cpu_simd_binary),
  .matmul = &CPU_SIMD_NAME (cpu_simd_matmul),
  .resample = &CPU_SIMD_NAME (cpu_simd_resample),
  .image = &CPU_SIMD_NAME (cpu_simd_image),
  .flow = &CPU_SIMD_NAME (cpu_simd_flow),
  .train = &CPU_SIMD_NAME (cpu_simd_train),
  .compose = &CPU_SIMD_NAME (cpu_simd_compose),
};
