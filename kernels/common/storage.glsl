/* gst-stylegan: tensors in memory, f32 or f16, as floats in shaders
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A tensor is dense and row-major in a storage buffer. Which of the two types it has
 * is an argument, normally a specialization constant, so that one SPIR-V does for both
 * and no 16 bit extension is needed. Two f16 share a 32 bit word, the lower index in
 * the lower half: nobody writes single f16 elements, and an invocation owns whole
 * words.
 *
 *   layout (constant_id = 0) const bool F16 = false;
 *   TENSOR_IN (x, 0, F16)
 *   TENSOR_OUT (y, 1, F16)
 *
 * declare binding 0 and 1 and
 *
 *   float x_load (uint i)           element i
 *   vec2  x_load2 (uint i)          elements i, i + 1; i a multiple of 2
 *   vec4  x_load4 (uint i)          four elements; i a multiple of 4
 *   void  x_load8 (uint i, out vec4 a, out vec4 b)    i a multiple of 8
 *   void  y_store (uint i, float v)         f32 only
 *   void  y_store2 (uint i, vec2 v)         as for loading
 *   void  y_store4 (uint i, vec4 v)
 *   void  y_store8 (uint i, vec4 a, vec4 b)
 *
 * A tensor's memory is a multiple of 32 bytes (vk_tensor_bytes ()): a vector may begin
 * at any element that exists and reach over the end. What is read there is anything;
 * what is written there is not kept.
 *
 * Numbers beyond 65504 become infinities in f16 (or 65504 where the device rounds
 * towards zero); NaN and infinities stay. */

#define TENSOR_VIEWS_(name, number, access) \
  layout (std430, set = 0, binding = number) access buffer name ## Words1 { \
    uint name ## _words[]; \
  }; \
  layout (std430, set = 0, binding = number) access buffer name ## Words2 { \
    uvec2 name ## _words2[]; \
  }; \
  layout (std430, set = 0, binding = number) access buffer name ## Words4 { \
    uvec4 name ## _words4[]; \
  };

vec4
storage_unpack4 (uvec2 w)
{
  return vec4 (unpackHalf2x16 (w.x), unpackHalf2x16 (w.y));
}

uvec2
storage_pack4 (vec4 v)
{
  return uvec2 (packHalf2x16 (v.xy), packHalf2x16 (v.zw));
}

#define TENSOR_IN(name, number, f16) \
  TENSOR_VIEWS_ (name, number, readonly) \
  float name ## _load (uint i) { \
    if (f16) { \
      const vec2 pair = unpackHalf2x16 (name ## _words[i >> 1]); \
      return (i & 1u) != 0u ? pair.y : pair.x; \
    } \
    return uintBitsToFloat (name ## _words[i]); \
  } \
  vec2 name ## _load2 (uint i) { \
    if (f16) \
      return unpackHalf2x16 (name ## _words[i >> 1]); \
    return uintBitsToFloat (name ## _words2[i >> 1]); \
  } \
  vec4 name ## _load4 (uint i) { \
    if (f16) \
      return storage_unpack4 (name ## _words2[i >> 2]); \
    return uintBitsToFloat (name ## _words4[i >> 2]); \
  } \
  void name ## _load8 (uint i, out vec4 a, out vec4 b) { \
    if (f16) { \
      const uvec4 w = name ## _words4[i >> 3]; \
      a = storage_unpack4 (w.xy); \
      b = storage_unpack4 (w.zw); \
    } else { \
      a = uintBitsToFloat (name ## _words4[i >> 2]); \
      b = uintBitsToFloat (name ## _words4[(i >> 2) + 1u]); \
    } \
  }

#define TENSOR_OUT(name, number, f16) \
  TENSOR_VIEWS_ (name, number, writeonly) \
  void name ## _store (uint i, float v) { \
    name ## _words[i] = floatBitsToUint (v); \
  } \
  void name ## _store2 (uint i, vec2 v) { \
    if (f16) \
      name ## _words[i >> 1] = packHalf2x16 (v); \
    else \
      name ## _words2[i >> 1] = floatBitsToUint (v); \
  } \
  void name ## _store4 (uint i, vec4 v) { \
    if (f16) \
      name ## _words2[i >> 2] = storage_pack4 (v); \
    else \
      name ## _words4[i >> 2] = floatBitsToUint (v); \
  } \
  void name ## _store8 (uint i, vec4 a, vec4 b) { \
    if (f16) { \
      name ## _words4[i >> 3] = uvec4 (storage_pack4 (a), storage_pack4 (b)); \
    } else { \
      name ## _words4[i >> 2] = floatBitsToUint (a); \
      name ## _words4[(i >> 2) + 1u] = floatBitsToUint (b); \
    } \
  }

/* The number of this invocation when the groups are a line that
 * vk_dispatch_linear () may have folded into two dimensions; local size (n, 1, 1). A
 * macro: gl_WorkGroupSize is wrong in front of the layout. */
#define linear_invocation() \
  ((gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) \
      * gl_WorkGroupSize.x + gl_LocalInvocationID.x)
