/* gst-stylegan: cooperative matrices under one name
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * GL_NV_cooperative_matrix (MATRIX_NV) and GL_KHR_cooperative_matrix (MATRIX_KHR): the
 * same idea twice. C [M x N] f32 += A [M x K] f16 * B [K x N] f16, each spread over the
 * invocations of a subgroup.
 *
 *   MATRIX_A (M, N, K), MATRIX_B, MATRIX_C        types
 *   MATRIX_ZERO (type)
 *   MATRIX_LOAD (matrix, array, element, stride)  rows, one after the other; both in
 *                                                 elements of the array
 *   MATRIX_STORE_COLUMNS (matrix, array, element, stride)
 *   MATRIX_MULTIPLY_ADD (a, b, c) */
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#ifdef MATRIX_NV
#extension GL_NV_cooperative_matrix : require
#define MATRIX_A(m, n, k) fcoopmatNV<16, gl_ScopeSubgroup, m, k>
#define MATRIX_B(m, n, k) fcoopmatNV<16, gl_ScopeSubgroup, k, n>
#define MATRIX_C(m, n, k) fcoopmatNV<32, gl_ScopeSubgroup, m, n>
#define MATRIX_LOAD(matrix, array, element, stride) \
    coopMatLoadNV (matrix, array, element, stride, false)
#define MATRIX_STORE_COLUMNS(matrix, array, element, stride) \
    coopMatStoreNV (matrix, array, element, stride, true)
#define MATRIX_MULTIPLY_ADD coopMatMulAddNV
#else
#extension GL_KHR_cooperative_matrix : require
#define MATRIX_A(m, n, k) \
    coopmat<float16_t, gl_ScopeSubgroup, m, k, gl_MatrixUseA>
#define MATRIX_B(m, n, k) \
    coopmat<float16_t, gl_ScopeSubgroup, k, n, gl_MatrixUseB>
#define MATRIX_C(m, n, k) \
    coopmat<float, gl_ScopeSubgroup, m, n, gl_MatrixUseAccumulator>
#define MATRIX_LOAD(matrix, array, element, stride) \
    coopMatLoad (matrix, array, element, stride, \
        gl_CooperativeMatrixLayoutRowMajor)
#define MATRIX_STORE_COLUMNS(matrix, array, element, stride) \
    coopMatStore (matrix, array, element, stride, \
        gl_CooperativeMatrixLayoutColumnMajor)
#define MATRIX_MULTIPLY_ADD coopMatMulAdd
#endif
#define MATRIX_ZERO(type) type (0.0)
