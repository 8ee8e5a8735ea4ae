kernel void wrong(global float *y) { y[0] = nothing; }
