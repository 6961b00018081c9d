int  sample_format( ){return 0 ;}
