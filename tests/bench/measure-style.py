#!/usr/bin/env python3
# gst-stylegan: how far models are from a style, and whether they leave a grid
# SPDX-License-Identifier: LGPL-2.1-or-later
"""measure-style.py MODEL PAINTING [MODEL PAINTING...]

Style and content distance on the test data's photographs, with SqueezeNet as the loss
network, and the lattice on a smooth gradient (docs/training.md). PAINTING is a file of
the test data's paintings. Needs onnx, onnxruntime, numpy and Pillow.
"""
import os
import sys

import numpy as np
import onnx
import onnxruntime as ort
from PIL import Image

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
D = os.environ.get('SG_TEST_DATA', ROOT + '/../shared/data') + '/'

so=ort.SessionOptions(); so.intra_op_num_threads=1
m=onnx.load(D+'perceptual/squeezenet1_1.onnx')
L=['relu_conv1','fire3','fire4','fire5']
names=set(o for n in m.graph.node for o in n.output)
outs=[]
for l in L:
    c=[n for n in m.graph.node if n.name.startswith(l) or (n.output[0].startswith(l))]
    k=[n.output[0] for n in c if n.op_type in('Concat','Relu')]
    outs.append([o for n in c for o in n.output if n.op_type==('Relu' if l=='relu_conv1' else 'Concat')][0])
del m.graph.output[:]
for o in outs: m.graph.output.append(onnx.helper.make_tensor_value_info(o,1,None))
i=m.graph.input[0]; d=i.type.tensor_type.shape.dim
for k in (0,2,3): d[k].ClearField('dim_value'); d[k].dim_param='d%d'%k
keep=[v for v in m.graph.value_info]; del m.graph.value_info[:]
sq=ort.InferenceSession(m.SerializeToString(),so)
def feats(x): # [3,H,W] 0..1
    b=x[::-1]*255-np.array([104,117,123],np.float32)[:,None,None]
    return [f[0] for f in sq.run(None,{sq.get_inputs()[0].name:b[None].astype(np.float32)})]
def gram(f): f=f.reshape(f.shape[0],-1); return f@f.T/f.shape[1]
def load(p,short):
    im=Image.open(p).convert('RGB'); k=short/min(im.size); im=im.resize((round(im.width*k),round(im.height*k)),Image.LANCZOS)
    a=np.asarray(im).astype(np.float32).transpose(2,0,1)/255
    h,w=a.shape[1]//8*8,min(a.shape[2],480)//8*8; return a[:,:h,:w]
photos=[load(D+'photos/'+f,320) for f in ('astronaut.png','chelsea.png','china.jpg','flower.jpg','squirrel_cls.jpg')]
fx=[feats(x) for x in photos]
def lattice(y):
    r=[]
    from numpy.lib.stride_tricks import sliding_window_view as sw
    lo=np.stack([sw(np.pad(c,4,mode='reflect'),(9,9)).mean((2,3)) for c in y]); h=y-lo; h=h[:,16:-16,16:-16]
    for p in (2,4):
        v=[]
        for yy in range(0,h.shape[1]-31,32):
            for xx in range(0,h.shape[2]-31,32):
                w=h[:,yy:yy+32,xx:xx+32]; ph=np.stack([w[:,a::p,b::p].mean((1,2)) for a in range(p) for b in range(p)]); v.append(ph.std(0).mean())
        r.append(255*np.mean(v))
    return r
yy,xx=np.mgrid[0:256,0:256]/255.; grad=np.stack([xx,yy,1-(xx+yy)/2]).astype(np.float32)*.8+.1
def run(path,scale):
    s=ort.InferenceSession(path,so); n=s.get_inputs()[0].name
    return lambda x: np.clip(s.run(None,{n:(x*scale)[None].astype(np.float32)})[0][0]/scale,0,1)
def scale_of(path):
    meta={p.key:p.value for p in onnx.load(path).metadata_props}
    return 1 if meta.get('Image.NominalPixelRange')=='Normalized_0_1' else 255


for path,style in zip(sys.argv[1::2],sys.argv[2::2]):
    sgs=[[gram(f) for f in feats(load(D+'paintings/'+style,sz))] for sz in (320,512)]
    G=run(path,scale_of(path))
    ys=[G(x) for x in photos]; fy=[feats(y) for y in ys]
    st=[np.mean([np.mean([((gram(a)-g)**2).sum()/(g**2).sum() for a,g in zip(f,sg)]) for f in fy]) for sg in sgs]
    c=np.mean([((a[1]-b[1])**2).sum()/((b[1]-b[1].mean((1,2),keepdims=True))**2).sum() for a,b in zip(fy,fx)])
    print(path.split('/')[-1],'style@320 %.3f @512 %.3f content %.2f lattice 2px %.3f 4px %.3f'%(st[0],st[1],c,*lattice(G(grad))),flush=True)
