// What bin/jshell starts with: Devices.open(), Training.on("moons"), Run.newest(), Tensor, Gradients, …
import scorefield.autodiff.*;
import scorefield.kernels.*;
import scorefield.ncsn.configuration.*;
import scorefield.ncsn.data.*;
import scorefield.ncsn.distribution.*;
import scorefield.ncsn.edit.*;
import scorefield.ncsn.evaluation.*;
import scorefield.ncsn.file.*;
import scorefield.ncsn.network.*;
import scorefield.ncsn.objective.*;
import scorefield.ncsn.run.*;
import scorefield.ncsn.sampler.*;
import scorefield.ncsn.schedule.*;
import scorefield.ncsn.training.*;
