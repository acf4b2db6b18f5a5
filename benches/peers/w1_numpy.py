import argparse, numpy as np, time, sys, resource
# W1 of engine-measurements.md section 1, vectorised over draws, the way a careful NumPy user would write it. Usage: python w1_numpy.py [draws] [--help]
T,S,C,M,R=41,5,8,6,3
NP=71; NZ=NP+S*T+T
base_l=[5.5,8.0,14.5,11.0,15.0]; base_k=[2.2,2.8,3.4,3.0,4.0]; elig=np.array([0.0,0.2,1.0,0.9,0.5])
t=np.arange(T)
bd=np.array([(s+1.0)*300/(1+np.exp(-(t-18.0-s)*0.22)) for s in range(S)])
bs=np.array([[[0.1+np.sin(1.3*c+0.7*s+0.08*x)**2 for c in range(C)] for x in range(T)] for s in range(S)]); bs/=bs.sum(-1,keepdims=True)
content=np.array([[0.02+0.12*np.sin((c*7+m*3)*0.9)**2 for m in range(M)] for c in range(C)])
by=np.array([[0.6+0.35*np.sin((r*5+m)*1.1)**2 for m in range(M)] for r in range(R)])
ramp=t/(T-1); year=2010.0+t; CAP0=[8.,6.,1.]; CAPG=[.12,.13,.15]
def sim(z, mode='toeplitz'):
    # z: (N, NZ)
    N=z.shape[0]; i=0
    def nx(k=1):
        nonlocal i
        i+=k
        return z[:,i-k] if k==1 else z[:,i-k:i]
    dm=np.exp(.2*nx(S)); rho=np.clip(.7+.08*nx(),0,.95); sig=.08*np.exp(.2*nx()); w=np.exp(.25*nx(C))
    k=np.array(base_k)*np.exp(.1*nx(S)); l=np.array(base_l)*np.exp(.1*nx(S)); k2=2.5*np.exp(.1*nx()); l2=8*np.exp(.1*nx())
    sl0=np.clip(.3+.08*nx(),0,1); sl1=2032+3*nx(); sl2=.3*np.exp(.2*nx())
    c0=np.clip(.3+.05*nx(),0,1); c1=np.clip(.85+.05*nx(),0,1); cm=2030+2*nx(); cs=.25*np.exp(.2*nx()); csig=.1*np.exp(.2*nx())
    rw=np.exp(.4*nx(2*R)).reshape(N,R,2); y=np.clip(by+.03*nx(R*M).reshape(N,R,M),0,1); cap=np.array(CAP0)*np.exp(.3*nx(R)); capg=1+np.array(CAPG)+.02*nx(R); im=np.exp(.1*nx(M))
    assert i==NP
    e=z[:,NP:NP+S*T].reshape(N,S,T); x=np.empty((N,S,T)); p=np.zeros((N,S)); q=np.sqrt(1-rho*rho)
    for tt in range(T):
        p=rho[:,None]*p+q[:,None]*e[:,:,tt]; x[:,:,tt]=p
    d=bd*dm[:,:,None]*np.exp(sig[:,None,None]*x)                       # N,S,T
    sh=bs[None]*(1+(w[:,None,None,:]-1)*ramp[None,None,:,None]); sh/=sh.sum(-1,keepdims=True)  # N,S,T,C
    inflow=np.moveaxis(d[...,None]*sh,3,2)                             # N,S,C,T
    a=np.arange(T+1.)
    def pdf(k,l): return -np.diff(np.exp(-(a/l[...,None])**k[...,None]),axis=-1)
    pd=pdf(k,l)                                                         # N,S,T
    def conv(x,p):  # x (N,...,K,T), p (N,...,T)
        if mode=='loop':
            y=np.zeros_like(x)
            for u in range(T): y[...,u:]+=x[...,u:u+1]*p[...,None,:T-u]
            return y
        if mode=='toeplitz':  # batched matmul with the Toeplitz matrix
            tz=np.zeros(p.shape+(T,))
            for u in range(T): tz[...,u,u:]=p[...,:T-u]
            return x@tz
        if mode=='fft':
            n=96; return np.fft.irfft(np.fft.rfft(x,n)*np.fft.rfft(p,n)[...,None,:],n)[...,:T]
    out=conv(inflow,pd)
    s2=sl0[:,None]/(1+np.exp(-(year-sl1[:,None])*sl2[:,None]))
    to2=np.einsum('nsct,s->nct',out,elig)*s2[:,None,:]
    o2=conv(to2,pdf(k2,l2))
    inc=inflow.sum(1); eol=out.sum(1)-to2+o2; stock=np.cumsum(inc-eol,-1)
    xc=np.empty((N,T)); p=np.zeros(N)
    for tt in range(T): p=.7*p+np.sqrt(1-.49)*z[:,NP+S*T+tt]; xc[:,tt]=p
    col=c0[:,None]+(c1-c0)[:,None]/(1+np.exp(-(year-cm[:,None])*cs[:,None]+csig[:,None]*xc))
    def mat(v): return np.swapaxes(np.swapaxes(v,1,2)@content,1,2)*im[:,:,None]   # N,M,T
    dem,sto,eo=mat(inc),mat(stock),mat(eol)
    co=eo*col[:,None,:]; mass=eol.sum(1)*col
    wt=rw[:,:,0,None]+(rw[:,:,1]-rw[:,:,0])[:,:,None]*ramp; wt/=wt.sum(1,keepdims=True)  # N,R,T
    inv=np.zeros((N,R,M)); invm=np.zeros((N,R)); rec=np.empty((N,M,T))
    for tt in range(T):
        invm=invm+mass[:,None,tt]*wt[:,:,tt]; f=np.minimum(1.0,cap/invm)
        inv=inv+co[:,None,:,tt]*wt[:,:,None,tt]; pr=inv*f[:,:,None]
        rec[:,:,tt]=(pr*y).sum(1); inv=inv-pr; invm=invm-invm*f; cap=cap*capg
    return np.stack([dem,sto,eo,co,rec,rec/dem],2)                      # N,M,IND,T
def write_normals_and_answers(n, normals, answers):
    z=np.random.Generator(np.random.PCG64(1)).standard_normal((n,NZ))
    z.astype('<f8').tofile(normals); sim(z,'toeplitz').astype('<f8').tofile(answers)
def reference(path, draws=4, every=7):
    # Input both programs can compute exactly: x <- 6364136223846793005 x + 1442695040888963407 mod 2^64 (Knuth's MMIX generator)
    # from x = 1, u = (x >> 11) 2^-53, z = 4 u - 2, draw by draw in the order of the columns.
    x=1; z=np.empty(draws*NZ)
    for j in range(draws*NZ):
        x=(6364136223846793005*x+1442695040888963407)%2**64; z[j]=4*((x>>11)*2.0**-53)-2
    r=sim(z.reshape(draws,NZ),'loop').reshape(draws,-1)
    with open(path,'w') as f:
        f.write('# made by: python benches/peers/w1_numpy.py --reference benches/w1/reference.csv\n')
        f.write('number,'+','.join(f'draw{d+1}' for d in range(draws))+'\n')
        for j in range(0,r.shape[1],every): f.write(f'{j},'+','.join(repr(float(v)) for v in r[:,j])+'\n')
def timing(rounds=5, n=1000):
    # Wall time per draw of n draws, in us: medians over interleaved rounds; the best form is the one with the least sum.
    rng=np.random.Generator(np.random.PCG64(1)); clock=time.perf_counter; out=np.empty((n,M,6,T)); t={}
    def add(key,t0): t.setdefault(key,[]).append((clock()-t0)/n*1e6)
    for _ in range(rounds):
        t0=clock()
        for _ in range(n//250): rng.standard_normal((250,NZ))
        add('normals',t0)
        for mode in ['loop','toeplitz','fft']:
            for batch in [100,250,1000]:
                t0=clock()
                for i in range(0,n,batch): out[i:i+batch]=sim(rng.standard_normal((batch,NZ)),mode)
                add((mode,batch),t0)
        p=[.05,.25,.5,.75,.95]
        t0=clock(); np.quantile(out,p,axis=0); out.mean(0); add('as_is',t0)
        t0=clock(); c=np.ascontiguousarray(out.reshape(n,-1).T); np.quantile(c,p,axis=1); c.mean(1); add('transposed',t0)
        for mode in ['loop','toeplitz','fft']:
            t0=clock()
            for _ in range(50): sim(rng.standard_normal((1,NZ)),mode)
            t.setdefault('one_'+mode,[]).append((clock()-t0)/50*1e6)
    t={k:float(np.median(v)) for k,v in t.items()}
    best=min((k for k in t if isinstance(k,tuple)),key=t.get); quantiles=min(t['as_is'],t['transposed']); one=min(t['one_'+m] for m in ['loop','toeplitz','fft'])
    print(f"numpy {np.__version__} conv {best[0]} batch {best[1]} normals_us {t['normals']:.2f} simulation_us {t[best]-t['normals']:.2f} "
          f"quantiles_mean_us {quantiles:.2f} end_to_end_us {t[best]+quantiles:.2f} one_draw_us {one+quantiles:.2f}")
if __name__=='__main__':
    ask=argparse.ArgumentParser(description='W1, the common workload, in NumPy')
    ask.add_argument('draws',nargs='?',type=int,default=1000)
    ask.add_argument('--normals',metavar='FILE',help='write draws x 317 normals (little-endian f64); with --answers')
    ask.add_argument('--answers',metavar='FILE',help='write the answers, draws x 6 materials x 6 indicators x 41 years')
    ask.add_argument('--reference',metavar='FILE',help='write the small reference with its own documented input')
    ask.add_argument('--time',action='store_true',help='print one line of times per draw, in us')
    a=ask.parse_args(); n=a.draws
    if a.normals and a.answers: write_normals_and_answers(n,a.normals,a.answers)
    if a.reference: reference(a.reference)
    if a.time: timing()
    if a.normals or a.answers or a.reference or a.time: sys.exit()
    rng=np.random.Generator(np.random.PCG64(1))
    z=rng.standard_normal((64,NZ)); A=sim(z,'toeplitz'); B=sim(z,'loop'); D=sim(z,'fft'); print('agree',np.abs(A-B).max(),np.abs(A-D).max())
    def cpu(): return time.process_time()
    for mode in ['loop','toeplitz','fft']:
        best=9e9; bw=9e9
        for _ in range(5):
            t0=cpu();w0=time.perf_counter(); z=rng.standard_normal((n,NZ)); r=sim(z,mode); best=min(best,cpu()-t0); bw=min(bw,time.perf_counter()-w0)
        print(f'numpy n={n} conv={mode}: sim {best/n*1e6:.1f} us/draw cpu ({bw/n*1e6:.1f} wall) = {n/best:.0f} draws/s')
    best=9e9
    for _ in range(3):
        t0=cpu(); qq=np.quantile(r,[.05,.25,.5,.75,.95],axis=0); m=r.mean(0); best=min(best,cpu()-t0)
    print(f'numpy quantiles+mean: {best/n*1e6:.1f} us/draw')
    best=9e9
    for _ in range(5): t0=cpu(); z=rng.standard_normal((n,NZ)); best=min(best,cpu()-t0)
    print(f'numpy normals: {best/n*1e6:.2f} us/draw; maxrss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024:.0f} MB')
    # per-draw loop (Monte Carlo loop around a vector-over-nothing model), the other common style
    t0=cpu(); 
    for i in range(30): sim(rng.standard_normal((1,NZ)),'toeplitz')
    print(f'numpy one draw at a time: {(cpu()-t0)/30*1e6:.0f} us/draw')
